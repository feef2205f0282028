import { JobQueue } from './job-queue.js'
import type { EventLoopSpec } from './network.js'
import { Serving } from './serving.js'
import type { Surroundings } from './station.js'

/** Jobs that take part in one round of the loop, in the order in which it calls them back. */
type Round = { readonly returning: JobQueue; readonly arriving: JobQueue }

/** One thread that works in rounds, as libuv does: see EventLoopSpec. */
export class EventLoop extends Serving {
  readonly #returningFrom: number
  #present: Round
  #following: Round
  #idle = true

  constructor(spec: EventLoopSpec, at: number, around: Surroundings) {
    super(at, around)
    this.#returningFrom = spec.returningFrom
    const round = () => ({ returning: new JobQueue(around.next), arriving: new JobQueue(around.next) })
    this.#present = round()
    this.#following = round()
  }

  enter(job: number): void {
    if (this.#idle) {
      this.#idle = false
      this.wakeFor(job)
      return
    }
    // What comes before the loop is awake is ready when it asks.
    const { returning, arriving } = this.full ? this.#following : this.#present
    if (this.around.placeOf(job) >= this.#returningFrom) returning.push(job)
    else arriving.push(job)
    this.waking.waits(job)
  }

  get full(): boolean {
    return !this.#idle && this.waking.servers === 0
  }

  /** Timers that are due run between two rounds. */
  protected goOn(): void {
    this.#idle = true
    if (this.#beginNext()) return
    this.runTimers()
    const over = this.#present
    this.#present = this.#following
    this.#following = over
    this.#beginNext()
  }

  #beginNext(): boolean {
    const { returning, arriving } = this.#present
    if (this.around.drops) {
      returning.dropExpired(this.around)
      arriving.dropExpired(this.around)
    }
    if (returning.length > 0) this.#take(returning)
    else if (arriving.length > 0) this.#take(arriving)
    else return false
    return true
  }

  #take(queue: JobQueue): void {
    this.#idle = false
    this.begin(queue.take(1))
  }
}
