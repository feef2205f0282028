/**
 * The permutation that sorts `times` ascending (stable): buckets of equal width, then insertion within each. Linear for
 * the near-uniform times of a recording; buckets that grew large (many equal or clustered times) fall back to a
 * comparison sort.
 */
export function timeOrder(times: Float64Array): Uint32Array {
  const n = times.length
  const order = new Uint32Array(n)
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const time of times) {
    if (time < low) low = time
    if (time > high) high = time
  }
  const buckets = Math.max(1, n >> 1)
  const scale = high > low ? (buckets - 1) / (high - low) : 0
  const ends = new Uint32Array(buckets)
  for (let i = 0; i < n; i++) ends[Math.floor((times[i]! - low) * scale)]!++
  for (let b = 1; b < buckets; b++) ends[b]! += ends[b - 1]!
  for (let i = n - 1; i >= 0; i--) order[--ends[Math.floor((times[i]! - low) * scale)]!] = i
  // `ends` now holds each bucket's start.
  for (let b = 0; b < buckets; b++) {
    const from = ends[b]!
    const to = b + 1 < buckets ? ends[b + 1]! : n
    if (to - from > 1) sortRange(order, times, from, to)
  }
  return order
}

const INSERTION_LIMIT = 48

function sortRange(order: Uint32Array, times: Float64Array, from: number, to: number): void {
  if (to - from > INSERTION_LIMIT) {
    order.subarray(from, to).sort((a, b) => times[a]! - times[b]! || a - b)
    return
  }
  for (let i = from + 1; i < to; i++) {
    const row = order[i]!
    const time = times[row]!
    let hole = i
    while (hole > from && times[order[hole - 1]!]! > time) {
      order[hole] = order[hole - 1]!
      hole--
    }
    order[hole] = row
  }
}
