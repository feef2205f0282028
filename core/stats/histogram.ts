/** Counts of values in [from, to); the last bin includes its end. */
export type Bin = { readonly from: number; readonly to: number; readonly count: number }

/** Bins of equal width from 0 (or the minimum, if negative) to the maximum; empty without values. */
export function histogram(values: Float64Array, binCount: number): Bin[] {
  if (values.length === 0) return []
  let low = 0
  let high = 0
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  const width = (high - low) / binCount || 1
  const counts = new Uint32Array(binCount)
  for (const value of values) counts[Math.min(binCount - 1, Math.floor((value - low) / width))]!++
  return Array.from(counts, (count, i) => ({ from: low + i * width, to: low + (i + 1) * width, count }))
}
