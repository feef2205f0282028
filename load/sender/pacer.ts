import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { bareThread } from '../bare-thread.js'
import type { Schedule, Share } from '../schedule/arrivals.js'

export type PacerJob = {
  readonly schedule: Schedule
  readonly share: Share
  /** Two shared flags: TICK and STOP. */
  readonly flags: Int32Array
}
/** 1 = a tick is on its way and the sender has not read it yet. */
export const TICK = 0
/** 1 = the pacer is to end. */
export const STOP = 1

/**
 * Wakes its owner whenever a request is due, within about 0.1 ms on an idle Linux host. Node's timers are a millisecond
 * coarse and spinning costs a core, but a thread may sleep in Atomics.wait: to the microsecond, at no cost. So a
 * second thread sleeps through the same schedule and posts a message.
 */
export class Pacer {
  readonly #flags: Int32Array
  readonly #worker: Worker

  private constructor(worker: Worker, flags: Int32Array) {
    this.#worker = worker
    this.#flags = flags
  }

  /** Resolves when the thread is ready to sleep. */
  static async create(schedule: Schedule, share: Share): Promise<Pacer> {
    const flags = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT))
    const workerData: PacerJob = { schedule, share, flags }
    const worker = bareThread('sender/pacer-thread', 'load pacer', workerData)
    await once(worker, 'message')
    Atomics.store(flags, TICK, 0)
    return new Pacer(worker, flags)
  }

  /** An error of the thread is thrown in the owner's thread, as nothing would be sent any more. */
  start(startMs: number, onTick: () => void): void {
    this.#worker.on('message', () => {
      Atomics.store(this.#flags, TICK, 0)
      onTick()
    })
    this.#worker.postMessage(startMs)
  }

  stop(): void {
    Atomics.store(this.#flags, STOP, 1)
    Atomics.notify(this.#flags, STOP)
    void this.#worker.terminate()
  }
}
