import { OUTCOMES, type Outcome } from '../../core/model/recording.js'

/** One request that has come to its end. */
export type SettledRequest = {
  /** Place in the schedule, over all senders. */
  readonly number: number
  /** Monotonic. */
  readonly scheduledMs: number
  readonly endMs: number
  readonly outcome: Outcome
}

const FIELDS = 4

/** Requests that have ended, packed four numbers each, so that they cross threads without a copy. */
export class SettledLog {
  #packed: number[] = []

  add({ number, scheduledMs, endMs, outcome }: SettledRequest): void {
    this.#packed.push(number, scheduledMs, endMs, OUTCOMES.indexOf(outcome))
  }

  /** Those since the last call. */
  take(): Float64Array {
    const packed = Float64Array.from(this.#packed)
    this.#packed = []
    return packed
  }
}

export function* settledRequests(packed: Float64Array): Generator<SettledRequest> {
  for (let at = 0; at < packed.length; at += FIELDS) {
    yield {
      number: packed[at]!,
      scheduledMs: packed[at + 1]!,
      endMs: packed[at + 2]!,
      outcome: OUTCOMES[packed[at + 3]!]!,
    }
  }
}
