import { lowerBound } from '../stats/lower-bound.js'

/** One stage of the requests that have it: memory for what there is, however many stages somebody makes up. */
export type StageColumn = {
  /** Places of these requests, ascending. */
  readonly places: Uint32Array
  /** Exclusive time of each. */
  readonly ms: Float64Array
}

/** The time of the request at `place`; 0 where it has none. */
export function timeAt({ places, ms }: StageColumn, place: number): number {
  // Most stages are in every request.
  const at = places[place] === place ? place : lowerBound(places, place)
  return places[at] === place ? ms[at]! : 0
}

type Growing = { places: Uint32Array; ms: Float64Array; count: number }

const FIRST_LENGTH = 64

/** Collects the time of one request after the other by stage. */
export class StageColumns {
  readonly #columns: (Growing | null)[]
  #request = 0

  constructor(stages: number) {
    this.#columns = new Array<Growing | null>(stages).fill(null)
  }

  add(stage: number, ms: number): void {
    if (ms <= 0) return
    const column = this.#columns[stage] ?? this.#start(stage)
    const { count } = column
    if (count > 0 && column.places[count - 1] === this.#request) {
      column.ms[count - 1]! += ms
      return
    }
    if (count === column.places.length) grow(column)
    column.places[count] = this.#request
    column.ms[count] = ms
    column.count++
  }

  /** Multiplies what the present request has so far. */
  scale(factor: number): void {
    for (const column of this.#columns) {
      if (column !== null && column.places[column.count - 1] === this.#request) column.ms[column.count - 1]! *= factor
    }
  }

  /** Ends the present request. */
  close(): void {
    this.#request++
  }

  /** By stage; null where no request had it. */
  done(): (StageColumn | null)[] {
    return this.#columns.map((column) => {
      if (column === null) return null
      return { places: column.places.subarray(0, column.count), ms: column.ms.subarray(0, column.count) }
    })
  }

  #start(stage: number): Growing {
    const column = { places: new Uint32Array(FIRST_LENGTH), ms: new Float64Array(FIRST_LENGTH), count: 0 }
    this.#columns[stage] = column
    return column
  }
}

function grow(column: Growing): void {
  const places = new Uint32Array(2 * column.count)
  const ms = new Float64Array(2 * column.count)
  places.set(column.places)
  ms.set(column.ms)
  column.places = places
  column.ms = ms
}
