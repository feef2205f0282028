/** Collects one request's time by stage, then appends it to compressed rows. */
export class StageEntries {
  readonly #scratch: Float64Array
  readonly #touched: Uint16Array
  #touches = 0
  readonly #starts: Uint32Array
  #request = 0
  #count = 0
  #stage: Uint16Array
  #ms: Float64Array

  constructor(stages: number, requests: number) {
    this.#scratch = new Float64Array(stages)
    this.#touched = new Uint16Array(stages)
    this.#starts = new Uint32Array(requests + 1)
    this.#stage = new Uint16Array(requests * 10 + 64)
    this.#ms = new Float64Array(requests * 10 + 64)
  }

  add(stage: number, ms: number): void {
    if (ms <= 0) return
    if (this.#scratch[stage] === 0) this.#touched[this.#touches++] = stage
    this.#scratch[stage]! += ms
  }

  /** Multiplies what the present request has so far. */
  scale(factor: number): void {
    for (let i = 0; i < this.#touches; i++) this.#scratch[this.#touched[i]!]! *= factor
  }

  /** Ends the present request. */
  close(): void {
    if (this.#count + this.#touches > this.#stage.length) this.#grow(this.#touches)
    for (let i = 0; i < this.#touches; i++) {
      const stage = this.#touched[i]!
      this.#stage[this.#count] = stage
      this.#ms[this.#count++] = this.#scratch[stage]!
      this.#scratch[stage] = 0
    }
    this.#touches = 0
    this.#starts[++this.#request] = this.#count
  }

  done(): { starts: Uint32Array; stage: Uint16Array; ms: Float64Array } {
    const { length } = this.#starts
    for (let i = this.#request + 1; i < length; i++) this.#starts[i] = this.#count
    return {
      starts: this.#starts,
      stage: this.#stage.subarray(0, this.#count),
      ms: this.#ms.subarray(0, this.#count),
    }
  }

  #grow(atLeast: number): void {
    const length = 2 * this.#stage.length + atLeast
    const stage = new Uint16Array(length)
    const ms = new Float64Array(length)
    stage.set(this.#stage)
    ms.set(this.#ms)
    this.#stage = stage
    this.#ms = ms
  }
}
