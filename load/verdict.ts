import { LOCAL_LIMITS } from './sender/failure.js'
import type { PhaseCounts } from './sender/tally.js'

/** Why a load run proves nothing. `client-bound`: this side could not keep up, so the figures are its own. */
export type LoadVoid = {
  readonly cause: 'nothing-measured' | 'all-failed' | 'client-bound'
  readonly reason: string
}

/** What the verdict rests on; the fields of LoadOutcome. */
export type LoadEvidence = {
  readonly measured: PhaseCounts
  readonly statuses: Readonly<Record<number, number>>
  readonly errors: Readonly<Record<string, number>>
  readonly sendLagP99Ms: number
  readonly latencyP95Ms: number
  readonly senderLoopBusyFraction: number
  readonly stoppedEarly: boolean
}

/**
 * Latency counts from the scheduled time, so send lag is part of every figure. At most one request in a hundred may be
 * late by more than a twentieth of the p95 (then no percentile up to p95 is off by more than 5 %, the tolerance of the
 * other quality checks). Lags under 2 ms are let pass: that is what a busy machine's scheduler does to anybody.
 */
const LAG_SHARE_OF_P95 = 0.05
const LAG_FLOOR_MS = 2
/** A loop busier than this queues its own events (at 0.9 about 9 deep, M/M/1), and responses look late. */
const LOOP_BUSY_LIMIT = 0.9

export function judgeLoad(outcome: LoadEvidence): LoadVoid | null {
  const { measured, sendLagP99Ms, latencyP95Ms, senderLoopBusyFraction: busyFraction } = outcome
  if (measured.scheduled === 0) {
    return { cause: 'nothing-measured', reason: 'no request was due in the measured window' }
  }
  const local = Object.entries(outcome.errors).find(([code]) => LOCAL_LIMITS.has(code))
  if (local !== undefined) {
    return clientBound(`this machine refused ${local[1]} connections (${local[0]}); raise its limits or lower the rate`)
  }
  if (measured.sent > 0 && measured.outcomes.ok === 0 && !outcome.stoppedEarly) {
    return { cause: 'all-failed', reason: `each of ${measured.sent} requests failed: ${failures(outcome)}` }
  }
  if (measured.sent < measured.scheduled && !outcome.stoppedEarly) {
    return clientBound(`${measured.sent} of ${measured.scheduled} scheduled requests were sent`)
  }
  const lagLimitMs = Math.max(LAG_FLOOR_MS, LAG_SHARE_OF_P95 * (latencyP95Ms || 0))
  if (sendLagP99Ms > lagLimitMs) {
    return clientBound(`send lag p99 ${sendLagP99Ms.toFixed(2)} ms, limit ${lagLimitMs.toFixed(2)} ms`)
  }
  if (busyFraction > LOOP_BUSY_LIMIT) {
    return clientBound(`the sender's event loop was ${Math.round(busyFraction * 100)} % busy, limit 90 %`)
  }
  return null
}

function clientBound(fact: string): LoadVoid {
  return { cause: 'client-bound', reason: `the load generator could not keep up: ${fact}` }
}

/** "12 x status 500, 3 x ECONNREFUSED", most frequent first. */
function failures({ statuses, errors }: LoadEvidence): string {
  return [
    ...Object.entries(statuses).map(([status, count]) => ({ label: `status ${status}`, count })),
    ...Object.entries(errors).map(([label, count]) => ({ label, count })),
  ]
    .sort((a, b) => b.count - a.count)
    .slice(0, 3)
    .map(({ label, count }) => `${count} x ${label}`)
    .join(', ')
}
