import { formatCount, formatMs, formatPercent, plural } from '../../model/quantity.js'
import { seededRandom } from '../../stats/random.js'
import type { Network } from '../network.js'
import { poissonArrivals } from '../poisson.js'
import { simulate } from '../simulate.js'
import { steadyState } from '../steady-state.js'
import { SIMULATED_REQUESTS, UTILIZATION_LIMIT, WARM_UP_REQUESTS } from './limits.js'

export type BatchQuestion = {
  /** service_time(b) = overheadMs + perItemMs * b, on each device. */
  readonly overheadMs: number
  readonly perItemMs: number
  /** Poisson arrivals a second. */
  readonly rate: number
  /** Devices that take batches from one queue. */
  readonly devices: number
  readonly slaP95Ms: number | null
  readonly maxBatches: readonly number[]
  readonly maxWaitsMs: readonly number[]
  readonly seed: number
}

/** One setting of the batcher. Times leave out the network and every stage but the batch. */
export type BatchOption = {
  readonly maxBatch: number
  readonly maxWaitMs: number
  /** Of a full batch. */
  readonly serviceMs: number
  /** The primer's worst case: serviceMs + maxWaitMs. It leaves out waiting for the device. */
  readonly approxP95Ms: number
  /** null where the load is unstable: there is no p95, it grows for as long as the load lasts. */
  readonly simulatedP95Ms: number | null
  readonly simulatedP95IntervalMs: readonly [number, number] | null
  readonly meanBatch: number | null
  /** The most the devices can serve: full batches, back to back. */
  readonly throughputRps: number
  /** rate / throughputRps: how near to unstable. */
  readonly utilization: number
  readonly stable: boolean
  /** By the simulated p95; null without an SLA. */
  readonly slaMet: boolean | null
}

export type BatchPlan = {
  readonly question: BatchQuestion
  /** devices / perItemMs: what no batch size can pass. */
  readonly maxRps: number
  readonly options: readonly BatchOption[]
  /**
   * The highest throughput among the settings that meet the SLA, both as simulated at this rate (the whole interval) and
   * by the approximation, which is what a full batch takes when the load grows; then the lowest p95.
   */
  readonly recommended: BatchOption | null
  /** The stable setting with the lowest simulated p95, whether it meets the SLA or not. */
  readonly fastest: BatchOption | null
  /** Devices that bring the recommended setting, or else the one with the most throughput, below the utilization limit. */
  readonly devicesNeeded: number
  readonly warnings: readonly string[]
}

/** Every combination of batch size and wait, by the primer's approximation and by simulation of the same arrivals. */
export function planBatch(question: BatchQuestion): BatchPlan {
  const arrivalMs = poissonArrivals(seededRandom(question.seed), SIMULATED_REQUESTS, question.rate)
  const options = question.maxBatches.flatMap((maxBatch) =>
    question.maxWaitsMs.map((maxWaitMs) => judge(question, maxBatch, maxWaitMs, arrivalMs)),
  )
  const recommended = recommend(question, options)
  const largestRps = Math.max(...options.map((option) => option.throughputRps))
  const deviceRps = (recommended?.throughputRps ?? largestRps) / question.devices
  const devicesNeeded = Math.floor(question.rate / (UTILIZATION_LIMIT * deviceRps)) + 1
  return {
    question,
    maxRps: (1000 * question.devices) / question.perItemMs,
    options,
    recommended,
    fastest: fastestOf(options),
    devicesNeeded,
    warnings: warningsOf(question, options, recommended, devicesNeeded),
  }
}

function judge(question: BatchQuestion, maxBatch: number, maxWaitMs: number, arrivalMs: Float64Array): BatchOption {
  const { overheadMs, perItemMs, rate, devices, slaP95Ms } = question
  const fullMs = overheadMs + perItemMs * maxBatch
  const throughputRps = (1000 * devices * maxBatch) / fullMs
  const option = {
    maxBatch,
    maxWaitMs,
    serviceMs: fullMs,
    approxP95Ms: fullMs + maxWaitMs,
    throughputRps,
    utilization: rate / throughputRps,
  }
  if (rate >= throughputRps) {
    const slaMet = slaP95Ms === null ? null : false
    return { ...option, simulatedP95Ms: null, simulatedP95IntervalMs: null, meanBatch: null, stable: false, slaMet }
  }
  const network = batcherOf(question, maxBatch, maxWaitMs)
  const jobs = { arrivalMs, demandMs: new Float64Array(arrivalMs.length) }
  const run = simulate(network, jobs)
  const { p95Ms, p95IntervalMs } = steadyState(jobs, run, WARM_UP_REQUESTS)
  return {
    ...option,
    simulatedP95Ms: p95Ms,
    simulatedP95IntervalMs: p95IntervalMs,
    meanBatch: run.stations[0]!.served / run.stations[0]!.started,
    stable: true,
    slaMet: slaP95Ms === null ? null : p95Ms <= slaP95Ms,
  }
}

/** The devices of the question with their batcher. */
export function batcherOf(question: BatchQuestion, maxBatch: number, maxWaitMs: number): Network {
  const { overheadMs, perItemMs, devices } = question
  const serviceMs = Float64Array.from({ length: maxBatch + 1 }, (_, size) => overheadMs + perItemMs * size)
  return { stations: [{ kind: 'batcher', maxBatch, maxWaitMs, slots: devices, serviceMs }], route: [0] }
}

function recommend({ slaP95Ms }: BatchQuestion, options: readonly BatchOption[]): BatchOption | null {
  const limitMs = slaP95Ms ?? Number.POSITIVE_INFINITY
  const good = options.filter(
    ({ simulatedP95IntervalMs: interval, approxP95Ms }) =>
      interval !== null && interval[1] <= limitMs && approxP95Ms <= limitMs,
  )
  const better = (a: BatchOption, b: BatchOption) =>
    b.throughputRps - a.throughputRps || a.simulatedP95Ms! - b.simulatedP95Ms!
  return good.sort(better)[0] ?? null
}

function fastestOf(options: readonly BatchOption[]): BatchOption | null {
  const stable = options.filter(({ simulatedP95Ms }) => simulatedP95Ms !== null)
  return stable.sort((a, b) => a.simulatedP95Ms! - b.simulatedP95Ms!)[0] ?? null
}

function warningsOf(
  { rate, perItemMs, devices, slaP95Ms }: BatchQuestion,
  options: readonly BatchOption[],
  recommended: BatchOption | null,
  devicesNeeded: number,
): string[] {
  const warnings: string[] = []
  const arrivals = `${formatCount(rate)} requests/s`
  const unstable = [...new Set(options.filter((option) => !option.stable).map(({ maxBatch }) => maxBatch))]
  if (unstable.length > 0) {
    warnings.push(
      `unstable with max_batch ${unstable.join(', ')}: at ${arrivals} the queue grows for as long as the load lasts, ` +
        'so there is no p95',
    )
  }
  const floor = (rate * perItemMs) / 1000 / devices
  const utilization = recommended?.utilization ?? Math.min(...options.map((option) => option.utilization))
  if (utilization > UTILIZATION_LIMIT) {
    const floorShown = floor >= UTILIZATION_LIMIT ? `; no batch size brings that below ${formatPercent(floor)}` : ''
    warnings.push(
      `${arrivals} are ${formatPercent(utilization)} of what ${plural(devices, 'device')} can serve, above ` +
        `${formatPercent(UTILIZATION_LIMIT)}${floorShown}: plan ${plural(devicesNeeded, 'device')} (--devices)`,
    )
  }
  const hidden = options.find(
    (option) => option.simulatedP95Ms !== null && option.simulatedP95Ms > 1.1 * option.approxP95Ms,
  )
  if (hidden !== undefined) {
    warnings.push(
      'service time + max wait leaves out waiting for the device: ' +
        `with max_batch ${hidden.maxBatch} and max_wait ${formatMs(hidden.maxWaitMs)} it says ` +
        `${formatMs(hidden.approxP95Ms)}, the simulated p95 is ${formatMs(hidden.simulatedP95Ms!)}`,
    )
  }
  if (slaP95Ms !== null && recommended === null) {
    warnings.push(`none of these settings is sure to keep p95 within ${formatMs(slaP95Ms)} at ${arrivals}`)
  }
  return warnings
}
