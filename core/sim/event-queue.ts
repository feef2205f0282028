import { widened } from './widened.js'

const INITIAL_CAPACITY = 256

/**
 * What happens next: a binary min-heap over typed arrays, so that planning an event allocates nothing. Events of equal
 * time come out in the order they were planned.
 */
export class EventQueue {
  /** The event that `take` took out last. */
  timeMs = 0
  station = 0
  payload = 0
  #size = 0
  #planned = 0
  #timesMs = new Float64Array(INITIAL_CAPACITY)
  #orders = new Float64Array(INITIAL_CAPACITY)
  #stations = new Int32Array(INITIAL_CAPACITY)
  #payloads = new Int32Array(INITIAL_CAPACITY)

  /** Time of the next event; infinite when there is none. */
  get nextMs(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#timesMs[0]!
  }

  plan(timeMs: number, station: number, payload: number): void {
    if (this.#size === this.#timesMs.length) this.#grow()
    let child = this.#size++
    while (child > 0) {
      const parent = (child - 1) >> 1
      // The newcomer is the youngest, so an equal time stays above it.
      if (this.#timesMs[parent]! <= timeMs) break
      this.#move(parent, child)
      child = parent
    }
    this.#put(child, timeMs, this.#planned++, station, payload)
  }

  /** Takes the next event out into `timeMs`, `station` and `payload`. There must be one. */
  take(): void {
    this.timeMs = this.#timesMs[0]!
    this.station = this.#stations[0]!
    this.payload = this.#payloads[0]!
    const last = --this.#size
    if (last > 0) this.#sink(this.#timesMs[last]!, this.#orders[last]!, this.#stations[last]!, this.#payloads[last]!)
  }

  #sink(timeMs: number, order: number, station: number, payload: number): void {
    const size = this.#size
    let parent = 0
    while (true) {
      let child = 2 * parent + 1
      if (child >= size) break
      if (child + 1 < size && this.#before(child + 1, this.#timesMs[child]!, this.#orders[child]!)) child++
      if (!this.#before(child, timeMs, order)) break
      this.#move(child, parent)
      parent = child
    }
    this.#put(parent, timeMs, order, station, payload)
  }

  #before(entry: number, timeMs: number, order: number): boolean {
    const own = this.#timesMs[entry]!
    return own < timeMs || (own === timeMs && this.#orders[entry]! < order)
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#timesMs[from]!, this.#orders[from]!, this.#stations[from]!, this.#payloads[from]!)
  }

  #put(entry: number, timeMs: number, order: number, station: number, payload: number): void {
    this.#timesMs[entry] = timeMs
    this.#orders[entry] = order
    this.#stations[entry] = station
    this.#payloads[entry] = payload
  }

  #grow(): void {
    const length = 2 * this.#timesMs.length
    this.#timesMs = widened(new Float64Array(length), this.#timesMs)
    this.#orders = widened(new Float64Array(length), this.#orders)
    this.#stations = widened(new Int32Array(length), this.#stations)
    this.#payloads = widened(new Int32Array(length), this.#payloads)
  }
}
