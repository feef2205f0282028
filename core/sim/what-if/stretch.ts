import { quantile } from '../../stats/quantile.js'
import { demandsInTurn } from './arrivals.js'
import type { ServiceModel, Waking } from './service-model.js'

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
 * Of a long recording the stretch whose p95 is nearest to that of all requests. `latencyMs` is in the order they were due.
 * Null where all can be replayed.
 */
export function representativeStretch(latencyMs: Float64Array): Stretch | null {
  if (latencyMs.length <= MOST_REPLAYED) return null
  const wholeMs = quantile(latencyMs, 0.95)
  let nearest: Stretch = { from: 0, to: MOST_REPLAYED }
  let nearestMs = Number.POSITIVE_INFINITY
  for (let from = 0; from + MOST_REPLAYED <= latencyMs.length; from += MOST_REPLAYED) {
    const to = from + MOST_REPLAYED
    const awayMs = Math.abs(quantile(latencyMs.subarray(from, to), 0.95) - wholeMs)
    if (awayMs < nearestMs) [nearest, nearestMs] = [{ from, to }, awayMs]
  }
  return nearest
}

/** The model of the same service with the requests of the stretch only. */
export function excerpt(model: ServiceModel, { from, to }: Stretch): ServiceModel {
  const { scheduledMs, measuredFrom } = model.arrivals
  const first = measuredFrom + from
  const lead = Math.min(LEAD, first)
  const waking = (one: Waking | null | undefined) =>
    one ? { wakeMs: one.wakeMs.slice(from, to), asleep: one.asleep.slice(from, to) } : null
  const due = scheduledMs.slice(first - lead, measuredFrom + to)
  return {
    ...model,
    arrivals: {
      scheduledMs: due,
      request: demandsInTurn(due.length, lead, to - from),
      measuredFrom: lead,
      schedule: null,
    },
    connectionMs: model.connectionMs.slice(from, to),
    connectionWaking: waking(model.connectionWaking),
    networkOutMs: model.networkOutMs.slice(from, to),
    bytesWaitMs: model.bytesWaitMs.slice(from, to),
    batchOf: model.batchOf.slice(from, to),
    segments: model.segments.map((segment) => ({
      ...segment,
      demandMs: segment.demandMs.slice(from, to),
      waking: waking(segment.waking),
    })),
  }
}
