import { MAX_RINGS, RECORD_BYTES, RING, ringOffset, ringRecords, SHARED } from '../../core/model/journal-layout.js'

/** What the service's threads could not record since it was last asked, by ring. */
export type Losses = { readonly ring: number; readonly records: number; readonly names: number }

/** The reading end of all rings of a process. */
export class RingDrain {
  readonly #words: Int32Array
  readonly #bytes: Uint8Array
  readonly #losses = Array.from({ length: MAX_RINGS }, () => ({ records: 0, names: 0 }))
  #threadsUnrecorded = 0

  constructor(shared: SharedArrayBuffer) {
    this.#words = new Int32Array(shared, 0, SHARED.rings + MAX_RINGS * RING.words)
    this.#bytes = new Uint8Array(shared)
  }

  /**
   * Passes what each ring holds to `write` and frees it once that returns; when it throws, the records stay.
   * Returns how full the fullest ring was, 0..1.
   */
  drain(write: (...parts: readonly Uint8Array[]) => void): number {
    let fullest = 0
    for (let ring = 0; ring < this.#claimed(); ring += 1) {
      const word = SHARED.rings + ring * RING.words
      const written = Atomics.load(this.#words, word + RING.written)
      const read = Atomics.load(this.#words, word + RING.read)
      const count = (written - read) | 0
      if (count === 0) continue
      write(...this.#parts(ring, read, count))
      Atomics.store(this.#words, word + RING.read, written)
      fullest = Math.max(fullest, count / ringRecords(ring))
    }
    return fullest
  }

  /** Rings that dropped something since the last call. */
  losses(): Losses[] {
    const found: Losses[] = []
    for (let ring = 0; ring < this.#claimed(); ring += 1) {
      const word = SHARED.rings + ring * RING.words
      const before = this.#losses[ring]
      const now = {
        records: Atomics.load(this.#words, word + RING.dropped),
        names: Atomics.load(this.#words, word + RING.namesExhausted),
      }
      const loss = { ring, records: (now.records - before.records) | 0, names: (now.names - before.names) | 0 }
      if (loss.records !== 0 || loss.names !== 0) found.push(loss)
      this.#losses[ring] = now
    }
    return found
  }

  /** Threads that found no ring since the last call. */
  threadsUnrecorded(): number {
    const now = Atomics.load(this.#words, SHARED.threadsUnrecorded)
    const more = now - this.#threadsUnrecorded
    this.#threadsUnrecorded = now
    return more
  }

  #claimed(): number {
    return Math.min(MAX_RINGS, Atomics.load(this.#words, SHARED.ringsClaimed))
  }

  #parts(ring: number, read: number, count: number): Uint8Array[] {
    const capacity = ringRecords(ring)
    const first = read & (capacity - 1)
    const beforeWrap = Math.min(count, capacity - first)
    const parts = [this.#slice(ring, first, beforeWrap)]
    if (count > beforeWrap) parts.push(this.#slice(ring, 0, count - beforeWrap))
    return parts
  }

  #slice(ring: number, first: number, records: number): Uint8Array {
    const start = ringOffset(ring) + first * RECORD_BYTES
    return this.#bytes.subarray(start, start + records * RECORD_BYTES)
  }
}
