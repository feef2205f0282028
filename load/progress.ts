import type { SenderProgress } from './sender/messages.js'
import { settledRequests } from './sender/settled.js'
import type { SenderTotals } from './sender/tally.js'

export type LoadProgress = {
  /** `draining`: the schedule is over, the last responses are awaited. */
  readonly phase: 'warm-up' | 'measured' | 'draining'
  readonly elapsedMs: number
  /** Of the schedule; draining takes longer. */
  readonly totalMs: number
  readonly sent: number
  readonly completed: number
  readonly inFlight: number
  /** Of the completed: not answered with a 2xx. */
  readonly errors: number
  /** Requests completed a second, and latencies, over the last two seconds; NaN = none in them. */
  readonly rps: number
  readonly p50Ms: number
  readonly p95Ms: number
}

const WINDOW_MS = 2000

type Step = { readonly atMs: number; readonly completed: number; readonly latenciesMs: Float64Array }

/** Adds up what the senders tell and keeps a window of it. */
export class ProgressBoard {
  readonly #totals: SenderTotals[]
  #steps: Step[]

  constructor(senders: number, nowMs: number) {
    this.#totals = Array.from({ length: senders }, () => ({ sent: 0, completed: 0, errors: 0 }))
    this.#steps = [{ atMs: nowMs, completed: 0, latenciesMs: new Float64Array() }]
  }

  add(sender: number, progress: SenderProgress, nowMs: number): void {
    this.#totals[sender] = progress.counts
    this.#steps.push({ atMs: nowMs, completed: this.#sum('completed'), latenciesMs: latenciesOf(progress.settled) })
    const fromMs = nowMs - WINDOW_MS
    // The last step before the window stays: the rate is counted from it.
    while ((this.#steps[1]?.atMs ?? nowMs) < fromMs) this.#steps.shift()
  }

  read(): Omit<LoadProgress, 'phase' | 'elapsedMs' | 'totalMs'> {
    const [sent, completed] = [this.#sum('sent'), this.#sum('completed')]
    const [first, last] = [this.#steps[0], this.#steps.at(-1)]
    const windowMs = first && last ? last.atMs - first.atMs : 0
    const latencies = joined(this.#steps.slice(1).map((step) => step.latenciesMs)).sort()
    return {
      sent,
      completed,
      inFlight: sent - completed,
      errors: this.#sum('errors'),
      rps: first && last && windowMs > 0 ? ((last.completed - first.completed) * 1000) / windowMs : Number.NaN,
      p50Ms: nearestRank(latencies, 0.5),
      p95Ms: nearestRank(latencies, 0.95),
    }
  }

  #sum(count: keyof SenderTotals): number {
    return this.#totals.reduce((sum, totals) => sum + totals[count], 0)
  }
}

/** Of the requests that were answered, with whatever status. */
function latenciesOf(settled: Float64Array): Float64Array {
  const latencies: number[] = []
  for (const { outcome, scheduledMs, endMs } of settledRequests(settled)) {
    if (outcome === 'ok' || outcome === 'http-error') latencies.push(endMs - scheduledMs)
  }
  return Float64Array.from(latencies)
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function nearestRank(sorted: Float64Array, fraction: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * fraction) - 1)] ?? Number.NaN
}
