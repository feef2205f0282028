import type { ReleaseReason } from '../model/recording.js'
import { widened } from './widened.js'

const FIRST_CAPACITY = 1024

export type BatchTrace = {
  readonly count: number
  /** Station of the network. */
  readonly station: Uint16Array
  readonly openedMs: Float64Array
  readonly startedMs: Float64Array
  readonly endedMs: Float64Array
  readonly size: Uint16Array
  readonly reason: readonly ReleaseReason[]
}

/** What a run looked like from inside: job by job and step by step of the route, and every batch. */
export type Trace = {
  /** When the work of each step began, after any waiting; NaN where it never did. */
  readonly stepStartMs: Float64Array
  /** Batch of each step; -1 at stations that have none. */
  readonly stepBatch: Int32Array
  readonly batches: BatchTrace
}

/** Keeps a trace while the simulation runs. */
export class TraceLog implements Trace {
  readonly stepStartMs: Float64Array
  readonly stepBatch: Int32Array
  readonly reason: ReleaseReason[] = []
  #station = new Uint16Array(FIRST_CAPACITY)
  #openedMs = new Float64Array(FIRST_CAPACITY)
  #startedMs = new Float64Array(FIRST_CAPACITY)
  #endedMs = new Float64Array(FIRST_CAPACITY)
  #size = new Uint16Array(FIRST_CAPACITY)

  constructor(steps: number) {
    this.stepStartMs = new Float64Array(steps).fill(Number.NaN)
    this.stepBatch = new Int32Array(steps).fill(-1)
  }

  get batches(): BatchTrace {
    const [station, openedMs, startedMs] = [this.#station, this.#openedMs, this.#startedMs]
    const [endedMs, size, { reason }] = [this.#endedMs, this.#size, this]
    return { count: reason.length, station, openedMs, startedMs, endedMs, size, reason }
  }

  /** Returns the batch's number. */
  batch(
    station: number,
    openedMs: number,
    startedMs: number,
    endedMs: number,
    size: number,
    reason: ReleaseReason,
  ): number {
    const batch = this.reason.push(reason) - 1
    if (batch === this.#size.length) this.#grow()
    this.#station[batch] = station
    this.#openedMs[batch] = openedMs
    this.#startedMs[batch] = startedMs
    this.#endedMs[batch] = endedMs
    this.#size[batch] = size
    return batch
  }

  /** The batch of a step took until then: what shares a core takes longer than it would have. */
  ended(step: number, timeMs: number): void {
    this.#endedMs[this.stepBatch[step]!] = timeMs
  }

  #grow(): void {
    const length = 2 * this.#size.length
    this.#station = widened(new Uint16Array(length), this.#station)
    this.#openedMs = widened(new Float64Array(length), this.#openedMs)
    this.#startedMs = widened(new Float64Array(length), this.#startedMs)
    this.#endedMs = widened(new Float64Array(length), this.#endedMs)
    this.#size = widened(new Uint16Array(length), this.#size)
  }
}
