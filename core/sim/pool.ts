import { JobQueue } from './job-queue.js'
import type { PoolSpec } from './network.js'
import { Serving } from './serving.js'
import type { Surroundings } from './station.js'

export class Pool extends Serving {
  readonly #waiting: JobQueue
  readonly #queueLimit: number
  #idle: number

  constructor(spec: PoolSpec, at: number, around: Surroundings) {
    super(at, around)
    this.#idle = spec.servers
    this.#queueLimit = spec.queueLimit ?? Number.POSITIVE_INFINITY
    this.#waiting = new JobQueue(around.next)
  }

  enter(job: number): void {
    if (this.#idle > 0) {
      this.#idle--
      this.wakeFor(job)
    } else if (this.#waiting.length < this.#queueLimit) {
      this.#waiting.push(job)
      this.waking.waits(job)
    } else this.around.reject(job)
  }

  get full(): boolean {
    return this.#idle === 0 && this.waking.servers === 0
  }

  /** Timers that are due run before the jobs that wait. */
  protected goOn(): void {
    this.#idle++
    this.runTimers()
    if (this.around.drops) this.#waiting.dropExpired(this.around)
    if (this.#waiting.length === 0) return
    this.#idle--
    this.begin(this.#waiting.take(1))
  }
}
