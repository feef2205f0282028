import type { Surroundings } from './station.js'

export const NO_JOB = -1

/** A first-in, first-out queue of jobs, linked through a table that all queues share: a job waits in one place only. */
export class JobQueue {
  head = NO_JOB
  length = 0
  readonly #next: Int32Array
  #tail = NO_JOB

  constructor(next: Int32Array) {
    this.#next = next
  }

  push(job: number): void {
    this.#next[job] = NO_JOB
    if (this.length++ === 0) this.head = job
    else this.#next[this.#tail] = job
    this.#tail = job
  }

  /** Takes `count` jobs out, of the `length` that wait, and returns the first; `next` links them up to NO_JOB. */
  take(count: number): number {
    const first = this.head
    let last = first
    for (let taken = 1; taken < count; taken++) last = this.#next[last]!
    this.head = this.#next[last]!
    this.#next[last] = NO_JOB
    this.length -= count
    return first
  }

  /** Throws away the jobs at the head whose clients have given up. */
  dropExpired(around: Surroundings): void {
    while (this.length > 0 && around.expired(this.head)) around.drop(this.take(1))
  }
}
