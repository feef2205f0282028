/** The requests of a level as they come in: those due, in order of the schedule, and what is known of each so far. */
export class LevelWatch {
  /** Offsets from the level's start, ascending. */
  readonly dueMs: Float64Array
  /** By request: offset of its end; NaN = under way. */
  readonly endMs: Float64Array
  /** By request: 1 = answered well. */
  readonly ok: Uint8Array
  readonly warmupMs: number

  constructor(dueMs: Float64Array, warmupMs: number) {
    this.dueMs = dueMs
    this.warmupMs = warmupMs
    this.endMs = new Float64Array(dueMs.length).fill(Number.NaN)
    this.ok = new Uint8Array(dueMs.length)
  }

  /** `number`: place in the schedule. */
  settle(number: number, endMs: number, ok: boolean): void {
    this.endMs[number] = endMs
    this.ok[number] = ok ? 1 : 0
  }

  /** The same requests, of which those due before `fromMs` count as warm-up. */
  since(fromMs: number): LevelWatch {
    const view = new LevelWatch(this.dueMs, fromMs)
    view.endMs.set(this.endMs)
    view.ok.set(this.ok)
    return view
  }

  /** Places of the requests that were due in [fromMs, toMs): `[first, end)`. */
  dueWithin(fromMs: number, toMs: number): readonly [number, number] {
    return [firstAtOrAfter(this.dueMs, fromMs), firstAtOrAfter(this.dueMs, toMs)]
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
