import { batching } from '../../facts/batching.js'
import type { Facts } from '../../facts/fact.js'
import { busyUpTo } from '../../facts/loop-timelines.js'
import { requestSpans } from '../../facts/request-spans.js'
import { NO_ROW, SPAN_SYNC } from '../../model/recording.js'
import { loopOf, type Processes } from './processes.js'

/** By request: how much of its network-in the loop was idle, waiting for bytes. `exclusiveMs` is its time in that stage. */
export function waitForBytes(facts: Facts, rows: Uint32Array, exclusiveMs: Float64Array): Float64Array {
  const { spans, stages } = facts.recording
  const grouped = facts.find(requestSpans)!
  const networkIn = stages.indexOf('network-in')
  return Float64Array.from(rows, (row, i) => {
    let idleMs = 0
    for (let k = grouped.starts[row]!; k < grouped.starts[row + 1]!; k++) {
      const span = grouped.rows[k]!
      if (spans.stage[span] === networkIn) idleMs += spans.loopIdleDeltaMs[span]! || 0
    }
    return Math.min(exclusiveMs[i]!, idleMs)
  })
}

/** By request: its batch among those of the window, by start; of one that had none, its first neighbour's. */
export function batchesOf(facts: Facts, rows: Uint32Array): Uint32Array {
  const { spans, batches } = facts.recording
  const grouped = facts.find(requestSpans)!
  const place = new Uint32Array(batches.count)
  facts.find(batching)!.rows.forEach((b, i) => {
    place[b] = i
  })
  let last = 0
  return Uint32Array.from(rows, (row) => {
    for (let k = grouped.starts[row]!; k < grouped.starts[row + 1]!; k++) {
      const batch = spans.batch[grouped.rows[k]!]!
      if (batch !== NO_ROW) last = place[batch]!
    }
    return last
  })
}

/** By request: when its batch ended, and from then until the loop takes it up, less the time in which the loop was busy. */
export function waitForReturn(
  facts: Facts,
  rows: Uint32Array,
  processes: Processes,
): { readonly fromMs: Float64Array; readonly waitMs: Float64Array } {
  const { spans } = facts.recording
  const grouped = facts.find(requestSpans)!
  const fromMs = new Float64Array(rows.length)
  const waitMs = Float64Array.from(rows, (row, i) => {
    const loop = loopOf(processes, row)
    let endedMs = Number.NaN
    let resumedMs = Number.POSITIVE_INFINITY
    for (let k = grouped.starts[row]!; k < grouped.starts[row + 1]!; k++) {
      const span = grouped.rows[k]!
      if (spans.batch[span] !== NO_ROW && !(spans.endMs[span]! <= endedMs)) endedMs = spans.endMs[span]!
    }
    for (let k = grouped.starts[row]!; k < grouped.starts[row + 1]!; k++) {
      const span = grouped.rows[k]!
      const own = spans.thread[span] === loop.thread && spans.batch[span] === NO_ROW
      if (own && spans.startMs[span]! >= endedMs) resumedMs = Math.min(resumedMs, spans.startMs[span]!)
    }
    fromMs[i] = endedMs
    if (!Number.isFinite(resumedMs)) return 0
    return Math.max(0, resumedMs - endedMs - (busyUpTo(loop, resumedMs) - busyUpTo(loop, endedMs)))
  })
  return { fromMs, waitMs }
}

/** By request: when the loop was at work for it, the middle of its longest synchronous span there, or when it took the request up. */
export function workedMs(facts: Facts, rows: Uint32Array, processes: Processes): Float64Array {
  const { spans, requests } = facts.recording
  const grouped = facts.find(requestSpans)!
  return Float64Array.from(rows, (row) => {
    const loop = loopOf(processes, row)
    let longestMs = -1
    let middleMs = requests.serverStartMs[row]!
    for (let k = grouped.starts[row]!; k < grouped.starts[row + 1]!; k++) {
      const span = grouped.rows[k]!
      const tookMs = spans.endMs[span]! - spans.startMs[span]!
      if (spans.thread[span] !== loop.thread || (spans.flags[span]! & SPAN_SYNC) === 0 || tookMs <= longestMs) continue
      longestMs = tookMs
      middleMs = (spans.startMs[span]! + spans.endMs[span]!) / 2
    }
    return middleMs
  })
}
