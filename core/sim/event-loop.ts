import { JobQueue } from './job-queue.js'
import type { EventLoopSpec } from './network.js'
import type { Station, Surroundings } from './station.js'
import { RELEASE, Waking } from './waking.js'

/** Jobs that take part in one round of the loop, in the order in which it calls them back. */
type Round = { readonly returning: JobQueue; readonly arriving: JobQueue }

/** One thread that works in rounds, as libuv does: see EventLoopSpec. */
export class EventLoop implements Station {
  readonly use = { busyMs: 0, started: 0, served: 0 }
  readonly #at: number
  readonly #around: Surroundings
  readonly #returningFrom: number
  /** Timers that are due, as pairs of station and payload: they run between two rounds. */
  readonly #timers: number[] = []
  #present: Round
  #following: Round
  readonly #waking: Waking
  #idle = true

  constructor(spec: EventLoopSpec, at: number, around: Surroundings) {
    this.#at = at
    this.#around = around
    this.#returningFrom = spec.returningFrom
    const round = () => ({ returning: new JobQueue(around.next), arriving: new JobQueue(around.next) })
    this.#present = round()
    this.#following = round()
    this.#waking = new Waking(at, around)
  }

  enter(job: number): void {
    if (this.#idle) {
      this.#idle = false
      if (!this.#waking.begins(job)) this.#start(job)
      return
    }
    // What comes before the loop is awake is ready when it asks.
    const { returning, arriving } = this.full ? this.#following : this.#present
    if (this.#around.placeOf(job) >= this.#returningFrom) returning.push(job)
    else arriving.push(job)
    this.#waking.waits(job)
  }

  get full(): boolean {
    return !this.#idle && this.#waking.servers === 0
  }

  /** False when it is idle, so that nothing needs to wait for its turn. */
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
    this.#idle = true
    if (!this.#startNext()) {
      while (this.#timers.length > 0) this.#around.call(this.#timers.shift()!, this.#timers.shift()!)
      const over = this.#present
      this.#present = this.#following
      this.#following = over
      this.#startNext()
    }
  }

  #startNext(): boolean {
    const { returning, arriving } = this.#present
    if (this.#around.drops) {
      returning.dropExpired(this.#around)
      arriving.dropExpired(this.#around)
    }
    if (returning.length > 0) this.#start(returning.take(1))
    else if (arriving.length > 0) this.#start(arriving.take(1))
    else return false
    return true
  }

  #start(job: number): void {
    const demandMs = this.#around.demandMs(job)
    this.#idle = false
    this.use.started++
    this.use.busyMs += demandMs
    if (this.#around.log !== null) this.#around.log.stepStartMs[this.#around.stepOf(job)] = this.#around.nowMs
    this.#around.work(demandMs, this.#at, job)
  }
}
