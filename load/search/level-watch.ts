/** The requests of a level as they come in: those due, in order of the schedule, and what is known of each so far. */
export class LevelWatch {
  /** Offsets from the level's start, ascending. */
  readonly dueMs: Float64Array
  /** By request: offset of the first byte of its answer; NaN = not there yet. */
  readonly firstByteMs: Float64Array
  /** By request: offset of its end; NaN = under way. */
  readonly endMs: Float64Array
  /** By request: 1 = answered well. */
  readonly ok: Uint8Array
  readonly warmupMs: number

  constructor(dueMs: Float64Array, warmupMs: number) {
    this.dueMs = dueMs
    this.warmupMs = warmupMs
    this.firstByteMs = new Float64Array(dueMs.length).fill(Number.NaN)
    this.endMs = new Float64Array(dueMs.length).fill(Number.NaN)
    this.ok = new Uint8Array(dueMs.length)
  }

  /** `number`: place in the schedule. */
  begin(number: number, firstByteMs: number): void {
    this.firstByteMs[number] = firstByteMs
  }

  /** Of an answer that came at once, the first byte is the last one. */
  settle(number: number, endMs: number, ok: boolean, firstByteMs = endMs): void {
    this.begin(number, firstByteMs)
    this.endMs[number] = endMs
    this.ok[number] = ok ? 1 : 0
  }

  /** The same requests, of which those due before `fromMs` count as warm-up. */
  since(fromMs: number): LevelWatch {
    return this.#copied(fromMs, this.dueMs.length)
  }

  /** Those that were due before `untilMs`: where a level was cut short, the others were never sent. */
  until(untilMs: number): LevelWatch {
    return this.#copied(this.warmupMs, firstAtOrAfter(this.dueMs, untilMs))
  }

  /** Places of the requests that were due in [fromMs, toMs): `[first, end)`. */
  dueWithin(fromMs: number, toMs: number): readonly [number, number] {
    return [firstAtOrAfter(this.dueMs, fromMs), firstAtOrAfter(this.dueMs, toMs)]
  }

  #copied(warmupMs: number, count: number): LevelWatch {
    const copy = new LevelWatch(this.dueMs.subarray(0, count), warmupMs)
    copy.firstByteMs.set(this.firstByteMs.subarray(0, count))
    copy.endMs.set(this.endMs.subarray(0, count))
    copy.ok.set(this.ok.subarray(0, count))
    return copy
  }
}

function firstAtOrAfter(sorted: Float64Array, value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}
