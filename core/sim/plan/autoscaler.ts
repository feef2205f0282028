import { quantile } from '../../stats/quantile.js'
import type { Control, ControlState } from '../control.js'
import { TIMED_OUT } from '../network.js'

export const SIGNALS = ['queue', 'latency', 'cpu'] as const
export type Signal = (typeof SIGNALS)[number]

export type ScalingPolicy = {
  readonly signal: Signal
  /** Time between two looks at the signal. */
  readonly everyMs: number
  /** CPU is an average over this long; queue length and latency are those of the present and since the last look. */
  readonly cpuWindowMs: number
  readonly concurrency: number
  /** How busy an instance shall be, 0..1. */
  readonly utilization: number
  /** p95 that the latency signal aims at. */
  readonly targetP95Ms: number
  readonly timeoutMs: number
  readonly coldStartMs: number
  /** The balancer sends an instance requests only once it is ready. */
  readonly gated: boolean
  readonly maxInstances: number
  /** It leaves the fleet alone until then: the load before is what the fleet was sized for. */
  readonly fromMs: number
}

/** When the autoscaler asked for instances. */
export type ScaleUp = { readonly atMs: number; readonly added: number; readonly signal: number }

/**
 * Scales one fleet as the Kubernetes Horizontal Pod Autoscaler does: instances = ready instances x signal / target, rounded
 * up (kubernetes.io, "Horizontal Pod Autoscaling", algorithm details). The queue signal is the number of requests inside
 * per instance, with concurrency x utilization as its target. It only adds: a spike is over before instances are taken away.
 */
export class Autoscaler implements Control {
  readonly everyMs: number
  readonly scaleUps: ScaleUp[] = []
  readonly #policy: ScalingPolicy
  /** Working time of the fleet, and of what it could have worked, at each look. */
  readonly #looks: { readonly atMs: number; readonly workedMs: number; readonly serverMs: number }[] = []
  #serverMs = 0
  #firstInside = 0

  constructor(policy: ScalingPolicy) {
    this.#policy = policy
    this.everyMs = policy.everyMs
  }

  act(state: ControlState): void {
    const [fleet] = state.fleets
    const { signal, maxInstances, coldStartMs, gated } = this.#policy
    this.#serverMs += fleet!.ready * this.#policy.concurrency * this.everyMs
    this.#looks.push({ atMs: state.nowMs, workedMs: fleet!.workedMs, serverMs: this.#serverMs })
    const [value, target] = this.#read(signal, state)
    if (state.nowMs < this.#policy.fromMs) return
    const wanted = Math.min(maxInstances, Math.ceil((fleet!.ready * value) / target - 1e-9))
    const added = wanted - fleet!.instances.length
    if (!(added > 0)) return
    const readyMs = state.nowMs + coldStartMs
    for (let i = 0; i < added; i++) fleet!.add({ joinMs: gated ? readyMs : state.nowMs, readyMs })
    this.scaleUps.push({ atMs: state.nowMs, added, signal: value })
  }

  #read(signal: Signal, state: ControlState): readonly [value: number, target: number] {
    const { concurrency, utilization, targetP95Ms } = this.#policy
    if (signal === 'cpu') return [this.#cpu(), utilization]
    if (signal === 'latency') return [this.#p95Ms(state), targetP95Ms]
    return [this.#inside(state) / state.fleets[0]!.ready, concurrency * utilization]
  }

  #cpu(): number {
    const last = this.#looks.at(-1)!
    const first = this.#looks.findLast(({ atMs }) => atMs <= last.atMs - this.#policy.cpuWindowMs)
    return (last.workedMs - (first?.workedMs ?? 0)) / (last.serverMs - (first?.serverMs ?? 0))
  }

  /** Requests that were sent and are neither answered nor given up. */
  #inside({ nowMs, arrivalMs, endMs, fate }: ControlState): number {
    let inside = 0
    while (this.#isOver(this.#firstInside, nowMs, arrivalMs, endMs, fate)) this.#firstInside++
    for (let job = this.#firstInside; job < arrivalMs.length && arrivalMs[job]! <= nowMs; job++) {
      if (!this.#isOver(job, nowMs, arrivalMs, endMs, fate)) inside++
    }
    return inside
  }

  #isOver(job: number, nowMs: number, arrivalMs: Float64Array, endMs: Float64Array, fate: Uint8Array): boolean {
    if (job >= arrivalMs.length || arrivalMs[job]! > nowMs) return false
    return fate[job] !== 0 || endMs[job]! <= nowMs || nowMs - arrivalMs[job]! > this.#policy.timeoutMs
  }

  /** Of the requests that ended, or were given up, since the last look; 0 without any. */
  #p95Ms({ nowMs, arrivalMs, endMs, fate }: ControlState): number {
    const { timeoutMs } = this.#policy
    const latencies: number[] = []
    const sinceMs = nowMs - this.everyMs
    for (let job = this.#firstInside; job < arrivalMs.length && arrivalMs[job]! <= nowMs; job++) {
      const goneMs = fate[job] === TIMED_OUT || !(endMs[job]! <= nowMs) ? arrivalMs[job]! + timeoutMs : endMs[job]!
      if (goneMs > sinceMs && goneMs <= nowMs) latencies.push(goneMs - arrivalMs[job]!)
    }
    // What was sent a timeout before the last look has been counted.
    while (this.#firstInside < arrivalMs.length && arrivalMs[this.#firstInside]! < nowMs - timeoutMs)
      this.#firstInside++
    return latencies.length === 0 ? 0 : quantile(Float64Array.from(latencies), 0.95)
  }
}
