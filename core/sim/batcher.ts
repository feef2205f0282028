import { JobQueue, NO_JOB } from './job-queue.js'
import type { BatcherSpec } from './network.js'
import type { Station, Surroundings } from './station.js'

/** Payloads of the timer, when it is due and when it has got its turn; others are the first job of a batch that ends. */
const TIMER = -1
const TIMER_TURN = -2

export class Batcher implements Station {
  readonly use = { busyMs: 0, started: 0, served: 0 }
  readonly #spec: BatcherSpec
  readonly #at: number
  readonly #around: Surroundings
  readonly #waiting: JobQueue
  readonly #queueLimit: number
  /** By job: when it has waited long enough. */
  readonly #dueMs: Float64Array
  /** Batches that were closed while the device was busy, as pairs of first job and size. */
  readonly #closed: number[] = []
  #running = 0
  #timerMs = Number.NaN

  constructor(spec: BatcherSpec, at: number, around: Surroundings) {
    this.#spec = spec
    this.#at = at
    this.#around = around
    this.#queueLimit = spec.queueLimit ?? Number.POSITIVE_INFINITY
    this.#waiting = new JobQueue(around.next)
    this.#dueMs = new Float64Array(around.next.length)
  }

  enter(job: number): void {
    if (this.#waiting.length >= this.#queueLimit) {
      this.#around.reject(job)
      return
    }
    this.#dueMs[job] = this.#around.nowMs + this.#spec.maxWaitMs
    this.#waiting.push(job)
    this.#release(false)
  }

  happen(payload: number): void {
    if (payload === TIMER && this.#spec.timerAt !== undefined) {
      this.#around.callInTurn(this.#spec.timerAt, this.#at, TIMER_TURN)
      return
    }
    if (payload === TIMER || payload === TIMER_TURN) {
      this.#release(true)
      return
    }
    this.#running--
    if (this.#closed.length > 0) this.#run(this.#closed.shift()!, this.#closed.shift()!)
    this.#release(true)
    const { next } = this.#around
    let job = payload
    while (job !== NO_JOB) {
      const following = next[job]!
      this.use.served++
      this.#around.pass(job)
      job = following
    }
  }

  /** Sends out every batch that is due and finds a slot, and sets the timer for the one that must wait for company. */
  #release(timersMayFire: boolean): void {
    const { maxBatch, slots, whileBusy, timerAt } = this.#spec
    const waiting = this.#waiting
    while (waiting.length > 0 && (this.#running < slots || whileBusy === 'close')) {
      const dueMs = this.#dueMs[waiting.head]!
      const due = this.#around.nowMs >= dueMs && (timersMayFire || timerAt === undefined)
      if (waiting.length < maxBatch && !due) {
        // A timer that comes when its job has left already finds nothing due and does no harm.
        if (this.#timerMs !== dueMs) this.#around.plan(dueMs, this.#at, TIMER)
        this.#timerMs = dueMs
        return
      }
      const size = Math.min(waiting.length, maxBatch)
      const first = waiting.take(size)
      if (this.#running < slots) this.#run(first, size)
      else this.#closed.push(first, size)
    }
  }

  #run(first: number, size: number): void {
    const { serviceMs, variation } = this.#spec
    const factor = variation === undefined ? 1 : variation[this.use.started % variation.length]!
    const durationMs = serviceMs[size]! * factor
    this.#running++
    this.use.started++
    this.use.busyMs += durationMs
    this.#around.plan(this.#around.nowMs + durationMs, this.#at, first)
  }
}
