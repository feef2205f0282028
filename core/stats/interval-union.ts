import { timeOrder } from './time-order.js'

/** Intervals merged where they touch, in time order; `coveredMs[i]` is what the first i cover together. */
export type IntervalUnion = {
  readonly startMs: Float64Array
  readonly endMs: Float64Array
  readonly coveredMs: Float64Array
}

/** Merges intervals; those without a length count for nothing. */
export function intervalUnion(startMs: Float64Array, endMs: Float64Array): IntervalUnion {
  const starts: number[] = []
  const ends: number[] = []
  for (const i of timeOrder(startMs)) {
    const last = ends.length - 1
    if (!(endMs[i]! > startMs[i]!)) continue
    if (last >= 0 && startMs[i]! <= ends[last]!) ends[last] = Math.max(ends[last]!, endMs[i]!)
    else {
      starts.push(startMs[i]!)
      ends.push(endMs[i]!)
    }
  }
  const coveredMs = new Float64Array(starts.length + 1)
  for (let i = 0; i < starts.length; i++) coveredMs[i + 1] = coveredMs[i]! + ends[i]! - starts[i]!
  return { startMs: Float64Array.from(starts), endMs: Float64Array.from(ends), coveredMs }
}

/** How much of `fromMs` to `toMs` the intervals cover. */
export function coveredBetween(union: IntervalUnion, fromMs: number, toMs: number): number {
  return coveredUpTo(union, toMs) - coveredUpTo(union, fromMs)
}

function coveredUpTo({ startMs, endMs, coveredMs }: IntervalUnion, timeMs: number): number {
  let low = 0
  let high = startMs.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (startMs[middle]! <= timeMs) low = middle + 1
    else high = middle
  }
  if (low === 0) return 0
  return coveredMs[low - 1]! + Math.min(timeMs, endMs[low - 1]!) - startMs[low - 1]!
}
