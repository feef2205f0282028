import type { Surroundings } from './station.js'

/** Payload of a server that is done with the work around a job which has left. Jobs are not negative. */
export const RELEASE = -1
/** Payloads up to this one mean that a server is awake, for the job of `WAKING - payload`. */
const WAKING = -2

/** Servers of one station that a job found asleep: the time until it begins is neither work nor waiting for others. */
export class Waking {
  /** Servers that are neither idle nor at work yet. */
  servers = 0
  readonly #at: number
  readonly #around: Surroundings
  #awakeMs = 0

  constructor(at: number, around: Surroundings) {
    this.#at = at
    this.#around = around
  }

  /** Whether the idle server that `job` takes has to wake up first; the station's `happen` is then called when it has. */
  begins(job: number): boolean {
    const { nowMs } = this.#around
    const wakeMs = this.#around.wakeMs(job)
    if (!(wakeMs > 0)) return false
    this.servers++
    this.#awakeMs = nowMs + wakeMs
    this.#around.sleptFor(job, wakeMs)
    this.#around.plan(this.#awakeMs, this.#at, WAKING - job)
    return true
  }

  /** A job queues up: as long as a server wakes up, it waits for that. */
  waits(job: number): void {
    if (this.servers > 0) this.#around.sleptFor(job, this.#awakeMs - this.#around.nowMs)
  }

  /** The job whose server is awake now. */
  ends(payload: number): number {
    this.servers--
    return WAKING - payload
  }
}
