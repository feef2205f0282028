import type { IntervalUnion } from './interval-union.js'

/** The work that interruptions of one server leave behind, as a fluid: each adds its length, and idle time takes it off. */
export type Backlog = {
  /** ms that work which comes at `timeMs` still waits for interruptions that began before. */
  leftMs(timeMs: number): number
  /** Total length of the interruptions that begin after `fromMs`, as far as they lie before `toMs`. */
  startedMs(fromMs: number, toMs: number): number
}

/** `spare`: share of its time, 0..1, that the server would be idle without the interruptions. */
export function backlogOf({ startMs, endMs, coveredMs }: IntervalUnion, spare: number): Backlog {
  const level = new Float64Array(startMs.length)
  for (let i = 0; i < level.length; i++) {
    const before = i === 0 ? 0 : Math.max(0, level[i - 1]! - spare * (startMs[i]! - startMs[i - 1]!))
    level[i] = before + endMs[i]! - startMs[i]!
  }
  return {
    leftMs(timeMs) {
      const i = begunBy(startMs, timeMs) - 1
      return i < 0 ? 0 : Math.max(0, level[i]! - spare * (timeMs - startMs[i]!))
    },
    startedMs(fromMs, toMs) {
      const [first, last] = [begunBy(startMs, fromMs), begunBy(startMs, toMs) - 1]
      if (last < first) return 0
      return coveredMs[last]! - coveredMs[first]! + Math.min(toMs, endMs[last]!) - startMs[last]!
    },
  }
}

/** How many of the ascending `startMs` are at or before `timeMs`. */
function begunBy(startMs: Float64Array, timeMs: number): number {
  let low = 0
  let high = startMs.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (startMs[middle]! <= timeMs) low = middle + 1
    else high = middle
  }
  return low
}
