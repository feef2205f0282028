import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import { OUTCOMES, type Outcome } from '../../core/model/recording.js'
import type { Exchange } from './exchange.js'

/**
 * Requests under way in one sender. Open loop knows no such limit, but ports (28,000 by default on Linux) and memory
 * (about 15 KB a connection here, more in the kernel) do. Beyond it sends wait, which shows as send lag.
 */
export const IN_FLIGHT_LIMIT = 8192

export type PhaseCounts = {
  /** Due by the schedule, and really sent. */
  readonly scheduled: number
  readonly sent: number
  readonly outcomes: Readonly<Record<Outcome, number>>
}

/** What one sender counted; it crosses threads as it is. Histograms are in whole microseconds. */
export type Tally = {
  readonly warmUp: PhaseCounts
  readonly measured: PhaseCounts
  /** Of the measured phase: how often each HTTP status and error code came back. */
  readonly statuses: ReadonlyMap<number, number>
  readonly errors: ReadonlyMap<string, number>
  /** Sent - scheduled. */
  readonly lagUs: RecordableHistogram
  /** End - scheduled of answered requests. */
  readonly latencyUs: RecordableHistogram
  /** End - sent of the same requests. */
  readonly latencyFromSentUs: RecordableHistogram
  /** As many requests were under way unanswered as a sender allows. */
  readonly heldBack: boolean
}

/** Of both phases, so far. */
export type SenderTotals = { readonly sent: number; readonly completed: number; readonly errors: number }

export class Counter implements Tally {
  readonly warmUp = emptyCounts()
  readonly measured = emptyCounts()
  readonly statuses = new Map<number, number>()
  readonly errors = new Map<string, number>()
  readonly lagUs = createHistogram()
  readonly latencyUs = createHistogram()
  readonly latencyFromSentUs = createHistogram()
  heldBack = false

  skipped(measured: boolean): void {
    this.#phase(measured).scheduled++
  }

  sent(exchange: Exchange): void {
    const phase = this.#phase(exchange.measured)
    phase.scheduled++
    phase.sent++
    if (exchange.measured) this.lagUs.record(wholeUs(exchange.sentMs - exchange.scheduledMs))
  }

  settled(exchange: Exchange): void {
    this.#phase(exchange.measured).outcomes[exchange.outcome]++
    if (!exchange.measured) return
    if (exchange.status > 0) increment(this.statuses, exchange.status)
    if (exchange.error !== '') {
      increment(this.errors, exchange.error)
      return
    }
    this.latencyUs.record(wholeUs(exchange.endMs - exchange.scheduledMs))
    this.latencyFromSentUs.record(wholeUs(exchange.endMs - exchange.sentMs))
  }

  totals(): SenderTotals {
    const sent = this.warmUp.sent + this.measured.sent
    let completed = 0
    for (const outcome of OUTCOMES) completed += this.warmUp.outcomes[outcome] + this.measured.outcomes[outcome]
    return { sent, completed, errors: completed - this.warmUp.outcomes.ok - this.measured.outcomes.ok }
  }

  #phase(measured: boolean) {
    return measured ? this.measured : this.warmUp
  }
}

function emptyCounts(): { scheduled: number; sent: number; outcomes: Record<Outcome, number> } {
  return {
    scheduled: 0,
    sent: 0,
    outcomes: { ok: 0, 'http-error': 0, timeout: 0, refused: 0, reset: 0, aborted: 0, unobserved: 0 },
  }
}

/** All senders' tallies as one. */
export function mergeTallies(tallies: readonly Tally[]): Tally {
  const merged = new Counter()
  for (const tally of tallies) {
    addCounts(merged.warmUp, tally.warmUp)
    addCounts(merged.measured, tally.measured)
    merged.heldBack ||= tally.heldBack
    for (const [status, count] of tally.statuses) increment(merged.statuses, status, count)
    for (const [code, count] of tally.errors) increment(merged.errors, code, count)
    merged.lagUs.add(tally.lagUs)
    merged.latencyUs.add(tally.latencyUs)
    merged.latencyFromSentUs.add(tally.latencyFromSentUs)
  }
  return merged
}

function addCounts(into: ReturnType<typeof emptyCounts>, from: PhaseCounts): void {
  into.scheduled += from.scheduled
  into.sent += from.sent
  for (const outcome of OUTCOMES) into.outcomes[outcome] += from.outcomes[outcome]
}

function increment<K>(counts: Map<K, number>, key: K, by = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + by)
}

/** The histogram's smallest value is 1. */
function wholeUs(ms: number): number {
  return Math.max(1, Math.round(ms * 1000))
}
