import { JobQueue, NO_JOB } from './job-queue.js'
import type { BatcherSpec } from './network.js'
import type { Station, Surroundings } from './station.js'

/** Payload of the timer; other payloads are the first job of a batch that ends. */
const TIMER = -1

export class Batcher implements Station {
  readonly use = { busyMs: 0, started: 0, served: 0 }
  readonly #spec: BatcherSpec
  readonly #at: number
  readonly #around: Surroundings
  readonly #waiting: JobQueue
  readonly #queueLimit: number
  /** By job: when it has waited long enough. */
  readonly #dueMs: Float64Array
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
    this.#release()
  }

  happen(payload: number): void {
    if (payload === TIMER) {
      this.#release()
      return
    }
    this.#running--
    this.#release()
    const { next } = this.#around
    let job = payload
    while (job !== NO_JOB) {
      const following = next[job]!
      this.use.served++
      this.#around.pass(job)
      job = following
    }
  }

  /** Sends out every batch that may go now, and sets the timer for the one that must wait for company. */
  #release(): void {
    const waiting = this.#waiting
    while (this.#running < this.#spec.slots && waiting.length > 0) {
      const dueMs = this.#dueMs[waiting.head]!
      if (waiting.length < this.#spec.maxBatch && this.#around.nowMs < dueMs) {
        // A timer that comes when its job has left already finds nothing due and does no harm.
        if (this.#timerMs !== dueMs) this.#around.plan(dueMs, this.#at, TIMER)
        this.#timerMs = dueMs
        return
      }
      this.#run(Math.min(waiting.length, this.#spec.maxBatch))
    }
  }

  #run(size: number): void {
    const { serviceMs, variation } = this.#spec
    const factor = variation === undefined ? 1 : variation[this.use.started % variation.length]!
    const durationMs = serviceMs[size]! * factor
    this.#running++
    this.use.started++
    this.use.busyMs += durationMs
    this.#around.plan(this.#around.nowMs + durationMs, this.#at, this.#waiting.take(size))
  }
}
