import { formatCount, formatMs, formatPercent } from '../../model/quantity.js'
import { seededRandom } from '../../stats/random.js'
import { lognormalTimes, poissonArrivals } from '../poisson.js'
import { simulate } from '../simulate.js'
import { steadyState } from '../steady-state.js'
import { SIMULATED_REQUESTS, UTILIZATION_LIMIT, WARM_UP_REQUESTS } from './limits.js'

export type InstancesQuestion = {
  /** Mean service time of a request. */
  readonly serviceMs: number
  /** Coefficient of variation of the service time, lognormal. */
  readonly serviceCv: number
  /** Requests that one instance works on at a time. */
  readonly concurrency: number
  /** How busy an instance may be, 0..1. */
  readonly utilization: number
  /** Requests a second over all instances; null asks for one instance's capacity alone. */
  readonly rate: number | null
  /** Share of the capacity to keep free of the required rate, 0..1: capacity = rate / (1 - headroom). */
  readonly headroom: number
  readonly slaP95Ms: number | null
  readonly seed: number
}

/** One instance under its share of the load. */
export type InstanceLoad = {
  readonly rate: number
  readonly utilization: number
} & (
  | { readonly stable: false }
  | {
      readonly stable: true
      readonly p50Ms: number
      readonly p95Ms: number
      readonly p95IntervalMs: readonly [number, number]
      readonly p99Ms: number
    }
)

export type InstancesPlan = {
  readonly question: InstancesQuestion
  /** concurrency / service time: all servers busy all the time. */
  readonly fullRps: number
  /** fullRps x utilization. */
  readonly rpsPerInstance: number
  /** The fleet's share of the plan; null without a rate. */
  readonly fleet: {
    /** rate / (1 - headroom). */
    readonly targetRps: number
    readonly instances: number
    /** Of each instance at `rate`, with the load spread evenly. */
    readonly utilization: number
  } | null
  /** What the approximation leaves out, by simulation. */
  readonly simulated: {
    /** At the planned utilization. */
    readonly planned: InstanceLoad
    /** At `rate` spread over all instances, and over one instance less. */
    readonly atRate: InstanceLoad | null
    readonly oneLost: InstanceLoad | null
    readonly curve: readonly InstanceLoad[]
  }
  /** By the simulated p95 at `rate`, or at the planned utilization without one; null without an SLA. */
  readonly slaMet: boolean | null
  readonly assumptions: readonly string[]
  readonly warnings: readonly string[]
}

const CURVE = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1]

/** Instances for a load, as the primer sizes them, and the latency that queueing then adds. */
export function planInstances(question: InstancesQuestion): InstancesPlan {
  const { serviceMs, concurrency, utilization, rate, headroom, slaP95Ms } = question
  const fullRps = (1000 * concurrency) / serviceMs
  const rpsPerInstance = fullRps * utilization
  const fleet = rate === null ? null : sizeFleet(rate, headroom, rpsPerInstance, fullRps)
  const at = (load: number) => loadInstance(question, load)
  const planned = at(rpsPerInstance)
  const atRate = fleet === null || rate === null ? null : at(rate / fleet.instances)
  const oneLost = fleet === null || rate === null || fleet.instances < 2 ? null : at(rate / (fleet.instances - 1))
  const curve = CURVE.map((share) => at(share * fullRps))
  const judged = atRate ?? planned
  return {
    question,
    fullRps,
    rpsPerInstance,
    fleet,
    simulated: { planned, atRate, oneLost, curve },
    slaMet: slaP95Ms === null ? null : judged.stable && judged.p95Ms <= slaP95Ms,
    assumptions: [
      'each instance receives Poisson arrivals: the balancer picks instances at random; one that knows their queues does better',
      `service times are lognormal with coefficient of variation ${question.serviceCv} (--service-cv)`,
    ],
    warnings: warningsOf(question, planned, oneLost),
  }
}

function sizeFleet(rate: number, headroom: number, rpsPerInstance: number, fullRps: number) {
  const targetRps = rate / (1 - headroom)
  // 700 / (100 * 0.7) is 10.000000000000002 in floating point and must not cost an eleventh instance.
  const instances = Math.max(1, Math.ceil(targetRps / rpsPerInstance - 1e-9))
  return { targetRps, instances, utilization: rate / (instances * fullRps) }
}

function loadInstance(question: InstancesQuestion, rate: number): InstanceLoad {
  const { serviceMs, serviceCv, concurrency, seed } = question
  const utilization = (rate * serviceMs) / 1000 / concurrency
  if (utilization >= 1 - 1e-9) return { rate, utilization, stable: false }
  // The same random numbers for every load: differences between them are not noise.
  const jobs = {
    arrivalMs: poissonArrivals(seededRandom(seed), SIMULATED_REQUESTS, rate),
    demandMs: lognormalTimes(seededRandom(seed + 1), SIMULATED_REQUESTS, serviceMs, serviceCv),
  }
  const run = simulate({ stations: [{ kind: 'pool', servers: concurrency }], route: [0] }, jobs)
  const { p50Ms, p95Ms, p95IntervalMs, p99Ms } = steadyState(jobs, run, WARM_UP_REQUESTS)
  return { rate, utilization, stable: true, p50Ms, p95Ms, p95IntervalMs, p99Ms }
}

function warningsOf(question: InstancesQuestion, planned: InstanceLoad, oneLost: InstanceLoad | null): string[] {
  const warnings: string[] = []
  if (!planned.stable) {
    warnings.push('unstable at the planned utilization: the queue grows for as long as the load lasts, there is no p95')
  } else if (question.utilization > UTILIZATION_LIMIT) {
    warnings.push(
      `planned at ${formatPercent(question.utilization)} utilization, above ${formatPercent(UTILIZATION_LIMIT)}: ` +
        `simulated p95 is ${formatMs(planned.p95Ms)} for a service time of ${formatMs(question.serviceMs)}`,
    )
  }
  if (oneLost !== null && !oneLost.stable) {
    warnings.push('with one instance lost the rest cannot carry the load: the queue grows without bound')
  } else if (oneLost !== null && oneLost.utilization > UTILIZATION_LIMIT) {
    warnings.push(
      `with one instance lost the rest are ${formatPercent(oneLost.utilization)} utilized at ` +
        `${formatCount(oneLost.rate)} requests/s each`,
    )
  }
  return warnings
}
