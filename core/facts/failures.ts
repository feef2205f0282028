import { OUTCOMES, SPAN_CONTAINER, SPAN_ERROR } from '../model/recording.js'
import { pick } from '../stats/gather.js'
import { lowerBound, upperBound } from '../stats/lower-bound.js'
import { mean } from '../stats/mean.js'
import { timeOrder } from '../stats/time-order.js'
import { type Fact, type Facts, known } from './fact.js'
import { requestSpans } from './request-spans.js'
import { intervalsOf, traffic } from './traffic.js'

/** What became of the requests of the measured window that got no good answer, and how crowded it was then. */
export type Failures = {
  readonly requests: number
  /** The client gave up waiting, or found no one to take the connection. */
  readonly timeouts: number
  /** Where most of these timeouts waited when the client gave up, and how many did; null = not observed from inside. */
  readonly stuck: { readonly stage: string; readonly timeouts: number } | null
  readonly unreachable: number
  /** The service said that it had too much to do: 429, 503, 504. */
  readonly rejected: number
  /** Other 5xx, which may have nothing to do with load. */
  readonly broken: number
  /** Clients that went away by themselves. */
  readonly aborted: number
  /** Mean number of requests in the service when one arrived that failed in any of these ways but the last, or did not. */
  readonly inFlightFailed: number
  readonly inFlightAnswered: number
  /** How often one of the former met more company than one of the latter, ties half: 0.5 = they fail at any load; NaN without both. */
  readonly crowding: number
  /** Standard error of `crowding` were there nothing to it. */
  readonly crowdingError: number
}

// 429 Too Many Requests, 503 Service Unavailable, 504 Gateway Timeout: RFC 6585 and RFC 9110.
const OVERLOAD_STATUS: ReadonlySet<number> = new Set([429, 503, 504])

export const failures: Fact<'failures', Failures> = {
  id: 'failures',
  derive(facts) {
    const measured = facts.get(traffic)
    if (!measured.known) return measured
    const { fromMs, toMs, seenFrom } = measured.value
    const { requests } = facts.recording
    const { startMs, endMs } = intervalsOf(requests, seenFrom)
    const counts = { timeouts: 0, unreachable: 0, rejected: 0, broken: 0, aborted: 0 }
    const crowd = crowding(startMs, endMs, requests.count)
    const failed: number[] = []
    const answered: number[] = []
    const timedOut: number[] = []
    for (let row = 0; row < requests.count; row++) {
      if (!(startMs[row]! >= fromMs && startMs[row]! <= toMs)) continue
      const kind = kindOf(OUTCOMES[requests.outcome[row]!]!, requests.status[row]!)
      if (kind !== null) counts[kind]++
      if (kind === 'timeouts') timedOut.push(row)
      if (kind !== 'aborted') (kind === null ? answered : failed).push(crowd[row]!)
    }
    const total = failed.length + answered.length + counts.aborted
    return known({
      requests: total,
      ...counts,
      stuck: stuckIn(facts, timedOut),
      inFlightFailed: mean(failed) || 0,
      inFlightAnswered: mean(answered) || 0,
      ...comparedRanks(failed, answered),
    })
  },
}

/** The Mann-Whitney statistic as a probability. */
function comparedRanks(failed: readonly number[], answered: readonly number[]) {
  const [n, m] = [failed.length, answered.length]
  if (n === 0 || m === 0) return { crowding: Number.NaN, crowdingError: Number.POSITIVE_INFINITY }
  const sorted = Float64Array.from(answered).sort()
  const wins = failed.reduce((sum, value) => sum + (lowerBound(sorted, value) + upperBound(sorted, value)) / 2, 0)
  return { crowding: wins / (n * m), crowdingError: Math.sqrt((n + m + 1) / (12 * n * m)) }
}

/** The agent ends what a request waits for as an error when its client goes away; the innermost of such stages began last. */
function stuckIn(facts: Facts, rows: readonly number[]): Failures['stuck'] {
  const grouped = facts.find(requestSpans)
  if (grouped === null) return null
  const { spans, stages } = facts.recording
  const timeouts = new Map<number, number>()
  for (const row of rows) {
    let last = -1
    for (let k = grouped.starts[row]!; k < grouped.starts[row + 1]!; k++) {
      const span = grouped.rows[k]!
      const waits = (spans.flags[span]! & (SPAN_ERROR | SPAN_CONTAINER)) === SPAN_ERROR
      if (waits && (last < 0 || spans.startMs[span]! >= spans.startMs[last]!)) last = span
    }
    if (last >= 0) timeouts.set(spans.stage[last]!, (timeouts.get(spans.stage[last]!) ?? 0) + 1)
  }
  const [most] = [...timeouts].sort(([, a], [, b]) => b - a)
  return most === undefined ? null : { stage: stages[most[0]]!, timeouts: most[1] }
}

function kindOf(outcome: (typeof OUTCOMES)[number], status: number) {
  if (outcome === 'timeout') return 'timeouts'
  if (outcome === 'refused' || outcome === 'reset') return 'unreachable'
  if (outcome === 'aborted') return 'aborted'
  if (OVERLOAD_STATUS.has(status)) return 'rejected'
  return status >= 500 ? 'broken' : null
}

/** By row: how many other requests were in the service when it arrived. */
function crowding(startMs: Float64Array, endMs: Float64Array, count: number): Float64Array {
  const starts = startMs.subarray(0, count)
  const ends = pick(endMs.subarray(0, count), (row) => endMs[row]! >= 0).sort()
  const present = new Float64Array(count)
  let arrived = 0
  let left = 0
  // What has no time comes last: it was never there for the others.
  for (const row of timeOrder(starts)) {
    while (left < ends.length && ends[left]! <= starts[row]!) left++
    present[row] = Math.max(0, arrived++ - left)
  }
  return present
}
