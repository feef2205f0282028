import { JobQueue } from './job-queue.js'
import type { PoolSpec } from './network.js'
import type { Station, Surroundings } from './station.js'
import { RELEASE, Waking } from './waking.js'

export class Pool implements Station {
  readonly use = { busyMs: 0, started: 0, served: 0 }
  readonly #at: number
  readonly #around: Surroundings
  readonly #waiting: JobQueue
  readonly #queueLimit: number
  /** Timers that are due, as pairs of station and payload: they run before the jobs that wait, but interrupt none. */
  readonly #timers: number[] = []
  readonly #waking: Waking
  #idle: number

  constructor(spec: PoolSpec, at: number, around: Surroundings) {
    this.#at = at
    this.#around = around
    this.#idle = spec.servers
    this.#queueLimit = spec.queueLimit ?? Number.POSITIVE_INFINITY
    this.#waiting = new JobQueue(around.next)
    this.#waking = new Waking(at, around)
  }

  enter(job: number): void {
    if (this.#idle > 0) {
      this.#idle--
      if (!this.#waking.begins(job)) this.#start(job)
    } else if (this.#waiting.length < this.#queueLimit) {
      this.#waiting.push(job)
      this.#waking.waits(job)
    } else this.#around.reject(job)
  }

  get full(): boolean {
    return this.#idle === 0 && this.#waking.servers === 0
  }

  /** False when it has a server free, so that nothing needs to wait for its turn. */
  defer(station: number, payload: number): boolean {
    if (!this.full) return false
    this.#timers.push(station, payload)
    return true
  }

  happen(payload: number): void {
    if (payload >= 0) this.#finish(payload)
    else if (payload === RELEASE) this.#goOn()
    else this.#start(this.#waking.ends(payload))
  }

  #finish(job: number): void {
    this.use.served++
    const afterMs = this.#around.afterMs(job)
    if (afterMs > 0) {
      this.use.busyMs += afterMs
      this.#around.work(afterMs, this.#at, RELEASE)
    } else this.#goOn()
    this.#around.pass(job)
  }

  #goOn(): void {
    this.#idle++
    while (this.#timers.length > 0) this.#around.call(this.#timers.shift()!, this.#timers.shift()!)
    if (this.#around.drops) this.#waiting.dropExpired(this.#around)
    if (this.#waiting.length > 0) {
      this.#idle--
      this.#start(this.#waiting.take(1))
    }
  }

  #start(job: number): void {
    const demandMs = this.#around.demandMs(job)
    this.use.started++
    this.use.busyMs += demandMs
    if (this.#around.log !== null) this.#around.log.stepStartMs[this.#around.stepOf(job)] = this.#around.nowMs
    this.#around.work(demandMs, this.#at, job)
  }
}
