import { SPAN_CONTAINER } from '../model/recording.js'
import { mean } from '../stats/mean.js'
import type { Facts } from './fact.js'
import { requestSpans } from './request-spans.js'
import { traffic } from './traffic.js'

/** Calls of a request that are made one after the other, though nothing is known to keep them from running together. */
export type CallsInTurn = {
  /** Mean number in a request that makes several. */
  readonly calls: number
  /** Mean time of one, ms. */
  readonly eachMs: number
  /** What remains of their time where all run together: the longest of each request, over the sum, 0..1. */
  readonly together: number
}

/** In fewer requests than this they may be chance. */
const MOST_REQUESTS = 0.9
// An answer and the next call are noted in the same turn of the event loop, in either order.
const SLACK_MS = 0.1

/** Of the spans of a stage, where most requests have several and no two of a request overlap; null otherwise. */
export function callsInTurn(facts: Facts, stage: string): CallsInTurn | null {
  const measured = facts.find(traffic)
  const groups = facts.find(requestSpans)
  const id = facts.recording.stages.indexOf(stage)
  if (measured === null || groups === null || id < 0) return null
  const { startMs, endMs, flags, stage: stageOf } = facts.recording.spans
  const calls: number[] = []
  let longestMs = 0
  let sumMs = 0
  for (const row of measured.rows) {
    const own = [...groups.rows.subarray(groups.starts[row]!, groups.starts[row + 1]!)].filter(
      (span) => stageOf[span] === id && (flags[span]! & SPAN_CONTAINER) === 0,
    )
    own.sort((a, b) => startMs[a]! - startMs[b]!)
    if (own.length < 2 || own.some((span, i) => i > 0 && startMs[span]! < endMs[own[i - 1]!]! - SLACK_MS)) continue
    const tookMs = own.map((span) => endMs[span]! - startMs[span]!)
    calls.push(own.length)
    longestMs += Math.max(...tookMs)
    for (const ms of tookMs) sumMs += ms
  }
  if (calls.length < MOST_REQUESTS * measured.rows.length || sumMs === 0) return null
  const perRequest = mean(calls)
  return { calls: perRequest, eachMs: sumMs / (perRequest * calls.length), together: longestMs / sumMs }
}
