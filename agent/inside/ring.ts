import {
  COMMON,
  MAX_RINGS,
  RECORD_BYTES,
  RING,
  ringOffset,
  ringRecords,
  SHARED,
} from '../../core/model/journal-layout.js'

/** Typed views of one ring; record `n` starts at byte `n * 64` of each. */
export type RingViews = {
  readonly u8: Uint8Array
  readonly u16: Uint16Array
  readonly u32: Uint32Array
  readonly f32: Float32Array
  readonly f64: Float64Array
}

/**
 * One thread's end of a single-producer single-consumer ring in shared memory. A full ring drops and counts; nothing
 * here waits or throws. Usage: `const slot = ring.open(kind, ...)`; when >= 0, fill the record and `ring.publish()`.
 */
export class Ring {
  readonly views: RingViews
  readonly thread: number
  readonly #words: Int32Array
  readonly #firstWord: number
  readonly #capacity: number
  readonly #mask: number
  #written = 0
  #readAtMost = 0

  constructor(shared: SharedArrayBuffer, thread: number) {
    const offset = ringOffset(thread)
    const records = ringRecords(thread)
    this.thread = thread
    this.views = {
      u8: new Uint8Array(shared, offset, records * RECORD_BYTES),
      u16: new Uint16Array(shared, offset, (records * RECORD_BYTES) / 2),
      u32: new Uint32Array(shared, offset, (records * RECORD_BYTES) / 4),
      f32: new Float32Array(shared, offset, (records * RECORD_BYTES) / 4),
      f64: new Float64Array(shared, offset, (records * RECORD_BYTES) / 8),
    }
    this.#words = new Int32Array(shared, 0, SHARED.rings + MAX_RINGS * RING.words)
    this.#firstWord = SHARED.rings + thread * RING.words
    this.#capacity = records
    this.#mask = records - 1
  }

  /** The next free record, its common fields set; -1 when the ring is full (counted). */
  open(kind: number, flags: number, name: number): number {
    if (!this.hasRoom(1)) {
      this.drop()
      return -1
    }
    const slot = this.#written & this.#mask
    this.#written = (this.#written + 1) | 0
    const { u16, u32 } = this.views
    // Kind, flags and name are the first word: one store instead of three.
    u32[slot * 16] = kind | (flags << (8 * COMMON.flags)) | (name << (8 * COMMON.name))
    u16[slot * 32 + COMMON.thread / 2] = this.thread
    return slot
  }

  /** Hands the records opened since the last call to the writer. */
  publish(): void {
    Atomics.store(this.#words, this.#firstWord + RING.written, this.#written)
  }

  hasRoom(records: number): boolean {
    if (((this.#written - this.#readAtMost) | 0) + records <= this.#capacity) return true
    this.#readAtMost = Atomics.load(this.#words, this.#firstWord + RING.read)
    return ((this.#written - this.#readAtMost) | 0) + records <= this.#capacity
  }

  drop(): void {
    Atomics.add(this.#words, this.#firstWord + RING.dropped, 1)
  }

  /** Counts a name that found no free id. */
  dropName(): void {
    Atomics.add(this.#words, this.#firstWord + RING.namesExhausted, 1)
  }
}
