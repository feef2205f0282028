import { quantile } from '../../stats/quantile.js'
import { demandsInTurn } from './arrivals.js'
import type { Arrivals } from './service-model.js'

/**
 * More requests make every replay longer and the p95 hardly surer: with 20,000 its binomial 95 % interval reaches from
 * the percentile 94.7 to 95.3.
 */
export const MOST_REPLAYED = 20_000
/** Arrivals before the stretch that fill its queues and do not count. */
const LEAD = 1000

/** Neighbouring requests by their places in the order they were due. */
export type Stretch = { readonly from: number; readonly to: number }

/**
 * Of a long recording the stretch whose p95 is nearest to that of all requests, of a short one all of it. `latencyMs` is in the
 * order they were due.
 */
export function representativeStretch(latencyMs: Float64Array): Stretch {
  const { length } = latencyMs
  if (length <= MOST_REPLAYED) return { from: 0, to: length }
  const wholeMs = quantile(latencyMs, 0.95)
  let nearest: Stretch = { from: 0, to: MOST_REPLAYED }
  let nearestMs = Number.POSITIVE_INFINITY
  for (let from = 0; from + MOST_REPLAYED <= length; from += MOST_REPLAYED) {
    const to = from + MOST_REPLAYED
    const awayMs = Math.abs(quantile(latencyMs.subarray(from, to), 0.95) - wholeMs)
    if (awayMs < nearestMs) [nearest, nearestMs] = [{ from, to }, awayMs]
  }
  return nearest
}

/** The arrivals of the stretch only; what came before them fills the queues. */
export function excerpt(arrivals: Arrivals, { from, to }: Stretch): Arrivals {
  const { scheduledMs, measuredFrom } = arrivals
  if (from === 0 && measuredFrom + to === scheduledMs.length) return arrivals
  const first = measuredFrom + from
  const lead = Math.min(LEAD, first)
  const due = scheduledMs.slice(first - lead, measuredFrom + to)
  return { scheduledMs: due, request: demandsInTurn(due.length, lead, to - from), measuredFrom: lead, schedule: null }
}
