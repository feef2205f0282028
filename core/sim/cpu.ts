import type { CpuSpec } from './network.js'
import { type Cores, slowdown } from './slowdown.js'
import type { Station, Surroundings } from './station.js'
import { widened } from './widened.js'

const FIRST_CAPACITY = 16

/**
 * The host's cores as a resource: whatever its stations work on advances together, each at the speed that the number of
 * parties leaves it (processor sharing). One event is planned, for the party that is done first; it is void when another has
 * come or gone before.
 */
export class Cpu implements Station {
  readonly use = { busyMs: 0, started: 0, served: 0 }
  /** By station: how much longer its work took than it would have alone. */
  readonly extraMs: Float64Array
  readonly #at: number
  readonly #around: Surroundings
  readonly #cores: Cores
  readonly #serves: Uint8Array
  /** By party; the first `#parties` entries count. */
  #leftMs = new Float64Array(FIRST_CAPACITY)
  #workMs = new Float64Array(FIRST_CAPACITY)
  #sinceMs = new Float64Array(FIRST_CAPACITY)
  #stations = new Int32Array(FIRST_CAPACITY)
  #payloads = new Int32Array(FIRST_CAPACITY)
  #parties = 0
  #factor = 1
  #movedMs = 0
  #version = 0
  #changed = false

  constructor(spec: CpuSpec, at: number, around: Surroundings) {
    this.#at = at
    this.#around = around
    this.#cores = spec
    this.#serves = new Uint8Array(at)
    this.extraMs = new Float64Array(at)
    for (const station of spec.stations) this.#serves[station] = 1
  }

  serves(station: number): boolean {
    return this.#serves[station] === 1
  }

  enter(): void {
    throw new Error('the CPU is no place of a route')
  }

  /** Calls `happen(payload)` of the station when `workMs` on a core are done. */
  begin(workMs: number, station: number, payload: number): void {
    this.#move()
    if (this.#parties === this.#leftMs.length) this.#grow()
    const party = this.#parties++
    this.#leftMs[party] = workMs
    this.#workMs[party] = workMs
    this.#sinceMs[party] = this.#around.nowMs
    this.#stations[party] = station
    this.#payloads[party] = payload
    this.use.started++
    this.use.busyMs += workMs
    this.#changed = true
  }

  happen(version: number): void {
    if (version !== this.#version) return
    this.#move()
    const party = this.#first()
    const station = this.#stations[party]!
    const payload = this.#payloads[party]!
    this.extraMs[station]! += this.#around.nowMs - this.#sinceMs[party]! - this.#workMs[party]!
    this.#take(party)
    this.use.served++
    this.#changed = true
    this.#around.call(station, payload)
  }

  /** Plans what is done next, once all that happens at this moment has happened. */
  settle(): void {
    if (!this.#changed) return
    this.#changed = false
    this.#version++
    if (this.#parties === 0) return
    this.#factor = slowdown(this.#parties, this.#cores)
    const leftMs = this.#leftMs[this.#first()]!
    this.#around.plan(this.#around.nowMs + leftMs * this.#factor, this.#at, this.#version)
  }

  /** What was done since the last change. */
  #move(): void {
    const doneMs = (this.#around.nowMs - this.#movedMs) / this.#factor
    this.#movedMs = this.#around.nowMs
    if (doneMs === 0) return
    for (let party = 0; party < this.#parties; party++) {
      this.#leftMs[party] = Math.max(0, this.#leftMs[party]! - doneMs)
    }
  }

  /** The party that has the least left. */
  #first(): number {
    let first = 0
    for (let party = 1; party < this.#parties; party++) {
      if (this.#leftMs[party]! < this.#leftMs[first]!) first = party
    }
    return first
  }

  #take(party: number): void {
    const last = --this.#parties
    this.#leftMs[party] = this.#leftMs[last]!
    this.#workMs[party] = this.#workMs[last]!
    this.#sinceMs[party] = this.#sinceMs[last]!
    this.#stations[party] = this.#stations[last]!
    this.#payloads[party] = this.#payloads[last]!
  }

  #grow(): void {
    const length = 2 * this.#leftMs.length
    this.#leftMs = widened(new Float64Array(length), this.#leftMs)
    this.#workMs = widened(new Float64Array(length), this.#workMs)
    this.#sinceMs = widened(new Float64Array(length), this.#sinceMs)
    this.#stations = widened(new Int32Array(length), this.#stations)
    this.#payloads = widened(new Int32Array(length), this.#payloads)
  }
}
