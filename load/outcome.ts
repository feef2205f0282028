import type { RecordableHistogram } from 'node:perf_hooks'
import type { SenderResult } from './sender/messages.js'
import { mergeTallies, type PhaseCounts, type Tally } from './sender/tally.js'
import { judgeLoad, type LoadVoid } from './verdict.js'

export type LoadOutcome = {
  readonly warmUp: PhaseCounts
  readonly measured: PhaseCounts
  /** Of the measured phase: how often each HTTP status and each error code came back. */
  readonly statuses: Readonly<Record<number, number>>
  readonly errors: Readonly<Record<string, number>>
  /** Sent - scheduled in the measured phase; NaN when nothing was sent in it. */
  readonly sendLagP50Ms: number
  readonly sendLagP99Ms: number
  readonly sendLagMaxMs: number
  /** End - scheduled of the measured requests that were answered; NaN when none was. */
  readonly latencyP50Ms: number
  readonly latencyP95Ms: number
  readonly latencyP99Ms: number
  /** The same requests' p95, had their latency counted from when they were sent: the difference is the send lag's. */
  readonly latencyFromSentP95Ms: number
  /** Monotonic (`process.hrtime`). When `stoppedEarly`, the window ends at the stop. */
  readonly measuredFromMs: number
  readonly measuredToMs: number
  /** The service left so many requests unanswered that a sender had to wait with the next ones. */
  readonly heldBack: boolean
  /** Opened over the whole run. */
  readonly connections: number
  readonly senders: number
  /** Of the busiest sender's event loop in the measured phase; NaN = too short to tell. */
  readonly senderLoopBusyFraction: number
  readonly stoppedEarly: boolean
  /** Why no verdict may rest on this run; null = it may. */
  readonly void: LoadVoid | null
  /** Paths of the journals, one for each sender. */
  readonly journals: readonly string[]
}

/** What all senders did, as one. */
export function loadOutcome(
  results: readonly SenderResult[],
  run: { measuredFromMs: number; measuredToMs: number; stoppedEarly: boolean },
): LoadOutcome {
  const tally = mergeTallies(results.map((result) => result.tally))
  const busy = results.map((result) => result.loopBusyFraction).filter((fraction) => !Number.isNaN(fraction))
  const outcome = {
    ...run,
    ...summarised(tally),
    connections: results.reduce((sum, result) => sum + result.connections, 0),
    senders: results.length,
    senderLoopBusyFraction: busy.length === 0 ? Number.NaN : Math.max(...busy),
    journals: results.flatMap(({ journal }) => journal ?? []),
  }
  return { ...outcome, void: judgeLoad(outcome) }
}

function summarised(tally: Tally) {
  const { warmUp, measured, statuses, errors, lagUs, latencyUs, latencyFromSentUs, heldBack } = tally
  return {
    warmUp,
    measured,
    statuses: Object.fromEntries(statuses),
    errors: Object.fromEntries(errors),
    sendLagP50Ms: quantileMs(lagUs, 50),
    sendLagP99Ms: quantileMs(lagUs, 99),
    sendLagMaxMs: quantileMs(lagUs, 100),
    latencyP50Ms: quantileMs(latencyUs, 50),
    latencyP95Ms: quantileMs(latencyUs, 95),
    latencyP99Ms: quantileMs(latencyUs, 99),
    latencyFromSentP95Ms: quantileMs(latencyFromSentUs, 95),
    heldBack,
  }
}

function quantileMs(histogramUs: RecordableHistogram, percentile: number): number {
  return histogramUs.count === 0 ? Number.NaN : histogramUs.percentile(percentile) / 1000
}
