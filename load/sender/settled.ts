import { OUTCOMES, type Outcome } from '../../core/model/recording.js'

/** One request that has come to its end, or whose answer has begun. */
export type SettledRequest = {
  /** Place in the schedule, over all senders. */
  readonly number: number
  /** Monotonic. */
  readonly scheduledMs: number
  /** NaN = no answer. */
  readonly firstByteMs: number
  readonly endMs: number
  /** Null: it is still under way. */
  readonly outcome: Outcome | null
}

const FIELDS = 5
const UNDER_WAY = -1

/** Requests that have ended or begun to be answered, packed five numbers each, so that they cross threads without a copy. */
export class SettledLog {
  readonly #begun = new Set<SettledRequest>()
  #packed: number[] = []

  /** Told only if it goes on until they are taken: an answer that comes at once is told when it is whole. */
  begin(request: SettledRequest): void {
    this.#begun.add(request)
  }

  add(request: SettledRequest & { readonly outcome: Outcome }): void {
    this.#begun.delete(request)
    this.#push(request, OUTCOMES.indexOf(request.outcome))
  }

  /** Those since the last call. */
  take(): Float64Array {
    for (const request of this.#begun) this.#push(request, UNDER_WAY)
    this.#begun.clear()
    const packed = Float64Array.from(this.#packed)
    this.#packed = []
    return packed
  }

  #push({ number, scheduledMs, firstByteMs, endMs }: SettledRequest, outcome: number): void {
    this.#packed.push(number, scheduledMs, firstByteMs, endMs, outcome)
  }
}

export function* settledRequests(packed: Float64Array): Generator<SettledRequest> {
  for (let at = 0; at < packed.length; at += FIELDS) {
    yield {
      number: packed[at]!,
      scheduledMs: packed[at + 1]!,
      firstByteMs: packed[at + 2]!,
      endMs: packed[at + 3]!,
      outcome: OUTCOMES[packed[at + 4]!] ?? null,
    }
  }
}
