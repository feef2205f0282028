import { Batcher } from './batcher.js'
import { Clients } from './clients.js'
import { type Control, Controller } from './control.js'
import { Cpu } from './cpu.js'
import { EventLoop } from './event-loop.js'
import { EventQueue } from './event-queue.js'
import { Fleet } from './fleet.js'
import { type ClosedLoop, type Jobs, type Network, REJECTED, type Run, type StationSpec, TIMED_OUT } from './network.js'
import { Pool } from './pool.js'
import { Serving } from './serving.js'
import type { Station, Surroundings } from './station.js'
import { TraceLog } from './trace.js'

export type SimulationOptions = {
  /** Keep when each job left each step. */
  readonly steps?: boolean
  /** Keep when each step began and every batch, and `steps`. */
  readonly trace?: boolean
  /** Absent: an open loop, jobs arrive when `Jobs.arrivalMs` says. */
  readonly closedLoop?: ClosedLoop
  readonly control?: Control
}

/**
 * Runs every job through the network, in simulated time, until the last one has left. Deterministic: whatever is random
 * lies in `jobs` and in the batchers' `variation`, so the same input gives the same run and two networks can be
 * compared on the same randomness. Nothing is allocated for a job or an event.
 */
export function simulate(network: Network, jobs: Jobs, options: SimulationOptions = {}): Run {
  const simulation = new Simulation(network, jobs, options)
  simulation.run()
  return simulation.result()
}

/** The stations of every process, one process after the other. */
function inProcesses(network: Network): Network {
  const { stations, cpu, processes = 1 } = network
  if (processes === 1) return network
  const bases = Array.from({ length: processes }, (_, process) => process * stations.length)
  return {
    ...network,
    stations: bases.flatMap((base) => stations.map((spec) => movedBy(spec, base))),
    ...(cpu && { cpu: { ...cpu, stations: bases.flatMap((base) => cpu.stations.map((at) => base + at)) } }),
  }
}

function movedBy(spec: StationSpec, base: number): StationSpec {
  if (spec.kind !== 'batcher') return spec
  const { timerAt, crowded } = spec
  return {
    ...spec,
    ...(timerAt !== undefined && { timerAt: base + timerAt }),
    ...(crowded !== undefined && { crowded: { ...crowded, at: base + crowded.at } }),
  }
}

class Simulation implements Surroundings {
  nowMs = 0
  readonly next: Int32Array
  readonly log: TraceLog | null
  readonly drops: boolean
  readonly #events = new EventQueue()
  readonly #route: Int32Array
  readonly #demandMs: Float64Array
  readonly #wakeMs: Float64Array | null
  readonly #afterMs: Float64Array | null
  readonly #arrivalMs: Float64Array
  readonly #timeoutMs: number
  /** Those of the network, in its order, and then what drives the run. */
  readonly #stations: Station[]
  /** How many of them are the network's own. */
  readonly #served: number
  /** By job: where the stations of its process begin. Null: all at the first. */
  readonly #base: Int32Array | null
  readonly #clients: Clients | null
  readonly #cpu: Cpu | null
  /** By job: its present place in the route. */
  readonly #step: Uint8Array
  readonly #endMs: Float64Array
  readonly #fate: Uint8Array
  readonly #stepEndMs: Float64Array | null
  readonly #stepWakeMs: Float64Array | null
  #rejected = 0
  #timedOut = 0

  constructor(network: Network, jobs: Jobs, { steps, trace, closedLoop, control }: SimulationOptions) {
    const count = jobs.arrivalMs.length
    const width = network.route.length
    this.#demandMs = jobs.demandMs
    this.#wakeMs = jobs.wakeMs ?? null
    this.#afterMs = jobs.afterMs ?? null
    this.#arrivalMs = closedLoop === undefined ? jobs.arrivalMs : new Float64Array(count).fill(Number.NaN)
    this.#timeoutMs = network.patience?.timeoutMs ?? Number.POSITIVE_INFINITY
    this.drops = network.patience?.expired === 'dropped'
    this.#route = Int32Array.from(network.route)
    this.next = new Int32Array(count)
    this.#step = new Uint8Array(count)
    this.#fate = new Uint8Array(count)
    this.#endMs = new Float64Array(count).fill(Number.NaN)
    this.log = trace === true ? new TraceLog(count * width) : null
    this.#stepEndMs = steps === true || trace === true ? new Float64Array(count * width).fill(Number.NaN) : null
    this.#stepWakeMs = this.#stepEndMs === null || this.#wakeMs === null ? null : new Float64Array(count * width)
    const { stations, cpu } = inProcesses(network)
    this.#served = stations.length
    this.#base = jobs.process === undefined ? null : Int32Array.from(jobs.process, (p) => p * network.stations.length)
    this.#cpu = cpu === undefined ? null : new Cpu(cpu, stations.length, this)
    this.#stations = stations.map((spec, at) => this.#build(spec, at))
    if (this.#cpu !== null) this.#stations.push(this.#cpu)
    this.#clients = closedLoop === undefined ? null : new Clients(closedLoop, this.#stations.length, this, this)
    if (this.#clients !== null) this.#stations.push(this.#clients)
    if (control !== undefined) {
      const fleets = this.#stations.filter((station) => station instanceof Fleet)
      const lastMs = this.#arrivalMs[count - 1] ?? 0
      const run = { arrivalMs: this.#arrivalMs, endMs: this.#endMs, fate: this.#fate, fleets }
      this.#stations.push(new Controller(control, this.#stations.length, this, run, lastMs))
    }
  }

  run(): void {
    const events = this.#events
    const arrivalMs = this.#arrivalMs
    const cpu = this.#cpu
    if (this.#clients !== null) {
      this.#clients.begin()
      if (cpu !== null) cpu.settle()
    } else {
      for (let job = 0; job < arrivalMs.length; job++) {
        while (events.nextMs <= arrivalMs[job]!) {
          this.#advance()
          if (cpu !== null) cpu.settle()
        }
        this.nowMs = arrivalMs[job]!
        this.#enter(job, 0)
        if (cpu !== null) cpu.settle()
      }
    }
    while (events.nextMs < Number.POSITIVE_INFINITY) {
      this.#advance()
      if (cpu !== null) cpu.settle()
    }
  }

  result(): Run {
    const cpu = this.#cpu
    const extraMs = (at: number) => (cpu === null ? 0 : cpu.extraMs[at]!)
    const stations = this.#stations.slice(0, this.#served).map(({ use }, at) => {
      return { ...use, busyMs: use.busyMs + extraMs(at) }
    })
    return {
      arrivalMs: this.#arrivalMs,
      endMs: this.#endMs,
      fate: this.#fate,
      cpu:
        cpu === null
          ? null
          : { workMs: cpu.use.busyMs, tookMs: cpu.extraMs.reduce((sum, ms) => sum + ms, cpu.use.busyMs) },
      stepEndMs: this.#stepEndMs,
      stepWakeMs: this.#stepWakeMs,
      trace: this.log,
      rejected: this.#rejected,
      timedOut: this.#timedOut,
      lastMs: this.nowMs,
      stations,
    }
  }

  /** A client of the closed loop sends its next request now, and gives up on it after the timeout. */
  send(job: number): void {
    this.#arrivalMs[job] = this.nowMs
    if (this.#timeoutMs < Number.POSITIVE_INFINITY) this.#clients!.planGivingUp(job, this.nowMs + this.#timeoutMs)
    this.#enter(job, 0)
  }

  /** A client of the closed loop stops waiting. False when the job has left already. */
  giveUp(job: number): boolean {
    if (this.#fate[job] !== 0 || !Number.isNaN(this.#endMs[job]!)) return false
    this.#timeOut(job)
    return true
  }

  demandMs(job: number): number {
    return this.#demandMs[job * this.#route.length + this.#step[job]!]!
  }

  afterMs(job: number): number {
    return this.#afterMs === null ? 0 : this.#afterMs[this.stepOf(job)]!
  }

  wakeMs(job: number): number {
    return this.#wakeMs === null ? 0 : this.#wakeMs[this.stepOf(job)]!
  }

  sleptFor(job: number, ms: number): void {
    if (this.#stepWakeMs !== null) this.#stepWakeMs[this.stepOf(job)] = ms
  }

  placeOf(job: number): number {
    return this.#step[job]!
  }

  stepOf(job: number): number {
    return job * this.#route.length + this.#step[job]!
  }

  plan(timeMs: number, station: number, payload: number): void {
    this.#events.plan(timeMs, station, payload)
  }

  work(workMs: number, station: number, payload: number): void {
    const cpu = this.#cpu
    if (cpu?.serves(station)) cpu.begin(workMs, station, payload)
    else this.#events.plan(this.nowMs + workMs, station, payload)
  }

  onCpu(station: number): boolean {
    return this.#cpu?.serves(station) === true
  }

  call(station: number, payload: number): void {
    this.#stations[station]!.happen(payload)
  }

  callInTurn(pool: number, station: number, payload: number): void {
    const turn = this.#stations[pool]
    if (!(turn instanceof Serving && turn.defer(station, payload))) this.call(station, payload)
  }

  works(station: number): boolean {
    const one = this.#stations[station]
    return one instanceof Serving && one.full
  }

  pass(job: number): void {
    if (this.#stepEndMs !== null) this.#stepEndMs[job * this.#route.length + this.#step[job]!] = this.nowMs
    const step = ++this.#step[job]!
    if (step < this.#route.length) {
      this.#enter(job, step)
      return
    }
    this.#endMs[job] = this.nowMs
    const abandoned = this.#fate[job] === TIMED_OUT
    if (!abandoned && this.nowMs - this.#arrivalMs[job]! > this.#timeoutMs) this.#timeOut(job)
    if (this.#clients !== null && !abandoned) this.#clients.next()
  }

  reject(job: number): void {
    this.#rejected++
    if (this.#fate[job] === TIMED_OUT) return
    this.#fate[job] = REJECTED
    if (this.#clients !== null) this.#clients.next()
  }

  expired(job: number): boolean {
    return this.nowMs - this.#arrivalMs[job]! > this.#timeoutMs
  }

  drop(job: number): void {
    if (this.#fate[job] === TIMED_OUT) return
    this.#timeOut(job)
    if (this.#clients !== null) this.#clients.next()
  }

  #enter(job: number, step: number): void {
    const base = this.#base === null ? 0 : this.#base[job]!
    this.#stations[base + this.#route[step]!]!.enter(job)
  }

  #timeOut(job: number): void {
    this.#fate[job] = TIMED_OUT
    this.#timedOut++
  }

  #build(spec: Network['stations'][number], at: number): Station {
    if (spec.kind === 'pool') return new Pool(spec, at, this)
    if (spec.kind === 'event-loop') return new EventLoop(spec, at, this)
    return spec.kind === 'fleet' ? new Fleet(spec, at, this) : new Batcher(spec, at, this)
  }

  #advance(): void {
    this.#events.take()
    this.nowMs = this.#events.timeMs
    this.#stations[this.#events.station]!.happen(this.#events.payload)
  }
}
