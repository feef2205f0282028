/** One stage over all requests. */
export type StageColumn = {
  /** Exclusive time of each request, 0 where the stage did not occur. */
  readonly ms: Float64Array
  /** Requests in which it occurred. */
  readonly requests: number
}

/** Collects the time of one request after the other by stage. */
export class StageColumns {
  readonly #length: number
  readonly #columns: (Float64Array | null)[]
  readonly #counts: Uint32Array
  #request = 0

  constructor(stages: number, requests: number) {
    this.#length = requests
    this.#columns = new Array<Float64Array | null>(stages).fill(null)
    this.#counts = new Uint32Array(stages)
  }

  add(stage: number, ms: number): void {
    if (ms <= 0) return
    const column = this.#columns[stage] ?? this.#start(stage)
    if (column[this.#request] === 0) this.#counts[stage]!++
    column[this.#request]! += ms
  }

  /** Multiplies what the present request has so far. */
  scale(factor: number): void {
    for (const column of this.#columns) if (column !== null) column[this.#request]! *= factor
  }

  /** Ends the present request. */
  close(): void {
    this.#request++
  }

  /** By stage; null where no request had it. */
  done(): (StageColumn | null)[] {
    return this.#columns.map((ms, stage) => (ms === null ? null : { ms, requests: this.#counts[stage]! }))
  }

  #start(stage: number): Float64Array {
    const column = new Float64Array(this.#length)
    this.#columns[stage] = column
    return column
  }
}
