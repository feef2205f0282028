import type { Station, Surroundings } from './station.js'
import { RELEASE, Waking } from './waking.js'

/** What event loops and pools have in common: servers that wake up, work on one job at a time, and on around it. */
export abstract class Serving implements Station {
  readonly use = { busyMs: 0, started: 0, served: 0 }
  protected readonly around: Surroundings
  protected readonly waking: Waking
  readonly #at: number
  /** Timers that are due, as pairs of station and payload: they interrupt no job. */
  readonly #timers: number[] = []

  constructor(at: number, around: Surroundings) {
    this.#at = at
    this.around = around
    this.waking = new Waking(at, around)
  }

  abstract enter(job: number): void

  /** Whether every server is at work; one that wakes up is not. */
  abstract get full(): boolean

  /** A server is done: with the next job, or idle. */
  protected abstract goOn(): void

  /** False when it has a server free, so that nothing needs to wait for its turn. */
  defer(station: number, payload: number): boolean {
    if (!this.full) return false
    this.#timers.push(station, payload)
    return true
  }

  happen(payload: number): void {
    if (payload >= 0) this.#finish(payload)
    else if (payload === RELEASE) this.goOn()
    else this.begin(this.waking.ends(payload))
  }

  /** A server that was idle takes the job, at once or when it is awake. */
  protected wakeFor(job: number): void {
    if (!this.waking.begins(job)) this.begin(job)
  }

  protected begin(job: number): void {
    const demandMs = this.around.demandMs(job)
    this.use.started++
    this.use.busyMs += demandMs
    if (this.around.log !== null) this.around.log.stepStartMs[this.around.stepOf(job)] = this.around.nowMs
    this.around.work(demandMs, this.#at, job)
  }

  protected runTimers(): void {
    while (this.#timers.length > 0) this.around.call(this.#timers.shift()!, this.#timers.shift()!)
  }

  #finish(job: number): void {
    this.use.served++
    const afterMs = this.around.afterMs(job)
    if (afterMs > 0) {
      this.use.busyMs += afterMs
      this.around.work(afterMs, this.#at, RELEASE)
    } else this.goOn()
    this.around.pass(job)
  }
}
