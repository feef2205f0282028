/** A cumulative counter read again and again: gives what it grew by, per millisecond. */
export class Counter {
  #last = Number.NaN
  #lastMs = Number.NaN

  /**
   * Growth per ms since the last reading; NaN on the first one, and when the counter went backwards (another process
   * under the same id, a wrap, a reset): a missing sample is right where a negative one would be a lie.
   */
  perMs(value: number, tMs: number): number {
    const grown = value - this.#last
    const elapsedMs = tMs - this.#lastMs
    this.#last = value
    this.#lastMs = tMs
    return grown >= 0 && elapsedMs > 0 ? grown / elapsedMs : Number.NaN
  }
}

/** One counter a key; keys that stop being read should be deleted. */
export class Counters<K> extends Map<K, Counter> {
  perMs(key: K, value: number, tMs: number): number {
    const counter = this.get(key) ?? new Counter()
    this.set(key, counter)
    return counter.perMs(value, tMs)
  }
}
