import { Batcher } from './batcher.js'
import { EventQueue } from './event-queue.js'
import type { Jobs, Network, Run } from './network.js'
import { Pool } from './pool.js'
import type { Station, Surroundings } from './station.js'

/**
 * Runs every job through the network, in simulated time, until the last one has left. Deterministic: whatever is random
 * lies in `jobs` and in the batchers' `variation`, so the same input gives the same run and two networks can be
 * compared on the same randomness. Nothing is allocated for a job or an event.
 */
export function simulate(network: Network, jobs: Jobs, { steps = false } = {}): Run {
  const simulation = new Simulation(network, jobs, steps)
  simulation.run()
  return simulation.result()
}

class Simulation implements Surroundings {
  nowMs = 0
  readonly next: Int32Array
  readonly #events = new EventQueue()
  readonly #route: Int32Array
  readonly #jobs: Jobs
  readonly #stations: readonly Station[]
  /** By job: its present place in the route. */
  readonly #step: Uint8Array
  readonly #endMs: Float64Array
  readonly #stepEndMs: Float64Array | null
  #rejected = 0

  constructor(network: Network, jobs: Jobs, steps: boolean) {
    const count = jobs.arrivalMs.length
    this.#jobs = jobs
    this.#route = Int32Array.from(network.route)
    this.next = new Int32Array(count)
    this.#step = new Uint8Array(count)
    this.#endMs = new Float64Array(count).fill(Number.NaN)
    this.#stepEndMs = steps ? new Float64Array(count * network.route.length).fill(Number.NaN) : null
    this.#stations = network.stations.map((spec, at) =>
      spec.kind === 'pool' ? new Pool(spec, at, this) : new Batcher(spec, at, this),
    )
  }

  run(): void {
    const events = this.#events
    const { arrivalMs } = this.#jobs
    const first = this.#stations[this.#route[0]!]!
    for (let job = 0; job < arrivalMs.length; job++) {
      while (events.nextMs <= arrivalMs[job]!) this.#advance()
      this.nowMs = arrivalMs[job]!
      first.enter(job)
    }
    while (events.nextMs < Number.POSITIVE_INFINITY) this.#advance()
  }

  result(): Run {
    const stations = this.#stations.map(({ use }) => use)
    return { endMs: this.#endMs, stepEndMs: this.#stepEndMs, rejected: this.#rejected, lastMs: this.nowMs, stations }
  }

  demandMs(job: number): number {
    return this.#jobs.demandMs[job * this.#route.length + this.#step[job]!]!
  }

  plan(timeMs: number, station: number, payload: number): void {
    this.#events.plan(timeMs, station, payload)
  }

  call(station: number, payload: number): void {
    this.#stations[station]!.happen(payload)
  }

  callInTurn(pool: number, station: number, payload: number): void {
    const turn = this.#stations[pool]
    if (!(turn instanceof Pool && turn.defer(station, payload))) this.call(station, payload)
  }

  pass(job: number): void {
    if (this.#stepEndMs !== null) this.#stepEndMs[job * this.#route.length + this.#step[job]!] = this.nowMs
    const step = ++this.#step[job]!
    if (step === this.#route.length) this.#endMs[job] = this.nowMs
    else this.#stations[this.#route[step]!]!.enter(job)
  }

  reject(): void {
    this.#rejected++
  }

  #advance(): void {
    this.#events.take()
    this.nowMs = this.#events.timeMs
    this.#stations[this.#events.station]!.happen(this.#events.payload)
  }
}
