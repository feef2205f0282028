import type { LevelVoid } from '../core/model/load-level.js'
import { formatMs, plural } from '../core/model/quantity.js'
import { OUTCOMES, type Outcome } from '../core/model/recording.js'
import { explained } from './explanations.js'
import { LOCAL_LIMITS } from './sender/failure.js'
import { IN_FLIGHT_LIMIT, type PhaseCounts } from './sender/tally.js'

/** Why a load run proves nothing; of a level, too. */
export type LoadVoid = LevelVoid

/** What the verdict rests on; the fields of LoadOutcome. */
export type LoadEvidence = {
  readonly measured: PhaseCounts
  readonly statuses: Readonly<Record<number, number>>
  readonly errors: Readonly<Record<string, number>>
  readonly sendLagP99Ms: number
  readonly latencyP95Ms: number
  readonly latencyP99Ms: number
  readonly latencyFromSentP95Ms: number
  readonly senderLoopBusyFraction: number
  readonly heldBack: boolean
  readonly stoppedEarly: boolean
}

/** What send lag may add to p95, as a share of it: the tolerance of the other quality checks. */
const LAG_SHARE = 0.05
/** Less than this on p95 is let pass: waking a thread on a shared core costs that much now and then. */
const ADDED_FLOOR_MS = 1
/**
 * The p99 of the lag may not exceed that share of p99 either, or arrivals are no longer those of the schedule. A ready thread
 * may have to wait for the next tick of a 250 Hz kernel (4 ms) before it gets its core, so 5 ms is let pass.
 */
const LAG_FLOOR_MS = 5
/** A loop busier than this queues its own events (at 0.9 about 9 deep, M/M/1), and responses look late. */
const LOOP_BUSY_LIMIT = 0.9

export function judgeLoad(outcome: LoadEvidence): LoadVoid | null {
  const { measured, senderLoopBusyFraction: busyFraction } = outcome
  if (measured.scheduled === 0) {
    return { cause: 'nothing-measured', reason: 'no request was due in the measured window' }
  }
  const local = Object.entries(outcome.errors).find(([code]) => LOCAL_LIMITS.has(code))
  if (local !== undefined) {
    const [code, count] = local
    const reason = `this machine refused ${plural(count, 'connection')}: ${explained(code)}`
    return { ...clientBound(reason), refused: code }
  }
  if (measured.sent > 0 && measured.outcomes.ok === 0 && !outcome.stoppedEarly) {
    const reason = `each of ${measured.sent} requests failed: ${failures(outcome)}`
    return { cause: 'all-failed', reason, mostly: mostOf(measured.outcomes) }
  }
  const late = lagTooLarge(outcome)
  const unsent = measured.sent < measured.scheduled && !outcome.stoppedEarly
  if (outcome.heldBack && (unsent || late !== null)) {
    const reason = `the service left ${IN_FLIGHT_LIMIT} requests at a time unanswered, so that later ones had to wait: it cannot keep up with this rate`
    return { cause: 'overloaded', reason }
  }
  if (unsent) {
    return clientBound(`${measured.sent} of ${measured.scheduled} scheduled requests were sent`)
  }
  if (late !== null) return { ...clientBound(late), onlyLate: true }
  if (busyFraction > LOOP_BUSY_LIMIT) {
    return clientBound(`the sender's event loop was ${Math.round(busyFraction * 100)} % busy, limit 90 %`)
  }
  return null
}

function mostOf(outcomes: PhaseCounts['outcomes']): Outcome {
  return OUTCOMES.reduce((most, one) => (outcomes[one] > outcomes[most] ? one : most))
}

/** NaN (nothing sent, nothing answered) exceeds no limit. */
function lagTooLarge({ latencyP95Ms, latencyP99Ms, latencyFromSentP95Ms, sendLagP99Ms }: LoadEvidence): string | null {
  const addedMs = latencyP95Ms - latencyFromSentP95Ms
  const addedLimitMs = Math.max(ADDED_FLOOR_MS, LAG_SHARE * (latencyP95Ms || 0))
  if (addedMs > addedLimitMs) {
    return `late sends added ${formatMs(addedMs)} to p95, limit ${formatMs(addedLimitMs)}`
  }
  const lagLimitMs = Math.max(LAG_FLOOR_MS, LAG_SHARE * (latencyP99Ms || 0))
  if (sendLagP99Ms > lagLimitMs) return `send lag p99 ${formatMs(sendLagP99Ms)}, limit ${formatMs(lagLimitMs)}`
  return null
}

function clientBound(fact: string): LoadVoid {
  return { cause: 'client-bound', reason: `the load generator could not keep up: ${fact}` }
}

/** "12 x status 500, 3 x status 404 (no such path: correct the URL)", most frequent first. */
function failures({ statuses, errors }: LoadEvidence): string {
  return [
    ...Object.entries(statuses)
      // A good one, and then an answer that did not end.
      .filter(([status]) => Number(status) >= 300)
      .map(([status, count]) => ({ label: `status ${status}`, count })),
    ...Object.entries(errors).map(([label, count]) => ({ label, count })),
  ]
    .sort((a, b) => b.count - a.count)
    .slice(0, 3)
    .map(({ label, count }) => `${count} x ${explained(label)}`)
    .join(', ')
}
