import { quantile } from '../../stats/quantile.js'
import { exponential, seededRandom } from '../../stats/random.js'
import type { ControlState } from '../control.js'
import type { Jobs, Network, Run } from '../network.js'
import { lognormalTimes } from '../poisson.js'
import { simulate } from '../simulate.js'
import { Autoscaler, type ScaleUp, type ScalingPolicy } from './autoscaler.js'

/** Load before the spike, so that the autoscaler starts from steady state, and after it. */
export const BEFORE_MS = 60_000
const AFTER_MS = 30_000
/** Width of the points of the time series. */
const STEP_MS = 1000

export type Spike = {
  readonly rate: number
  readonly factor: number
  readonly durationMs: number
  readonly serviceMs: number
  readonly serviceCv: number
  readonly timeoutMs: number
  readonly seed: number
}

/** What clients met during the spike. */
export type SpikeOutcome = {
  readonly instancesBefore: number
  readonly instancesPeak: number
  /** Share of the spike's requests that got no answer in time. */
  readonly errorRate: number
  /** Over all requests of the spike; one that failed counts with the timeout. */
  readonly p50Ms: number
  readonly p95Ms: number
  /** From the start of the spike until the first new instance was ready; null when none was asked for. */
  readonly firstReadyMs: number | null
  /** From the start of the spike until p95 and errors of a second stayed good; null when they did not within the spike. */
  readonly recoveredMs: number | null
  readonly scaleUps: readonly ScaleUp[]
  readonly series: SpikeSeries
}

/** Second by second from the start of the run; null where no request arrived. */
export type SpikeSeries = {
  readonly stepMs: number
  readonly rps: readonly number[]
  readonly p95Ms: readonly (number | null)[]
  readonly errorRate: readonly (number | null)[]
  readonly readyInstances: readonly number[]
}

/** Poisson arrivals at the rate, at a multiple of it during the spike, with lognormal service times. */
export function spikeJobs({ rate, factor, durationMs, serviceMs, serviceCv, seed }: Spike): Jobs {
  const random = seededRandom(seed)
  const arrivals: number[] = []
  for (const [fromMs, toMs, at] of [
    [0, BEFORE_MS, rate],
    [BEFORE_MS, BEFORE_MS + durationMs, rate * factor],
    [BEFORE_MS + durationMs, BEFORE_MS + durationMs + AFTER_MS, rate],
  ] as const) {
    for (
      let timeMs = fromMs + exponential(random, 1000 / at);
      timeMs < toMs;
      timeMs += exponential(random, 1000 / at)
    ) {
      arrivals.push(timeMs)
    }
  }
  return {
    arrivalMs: Float64Array.from(arrivals),
    demandMs: lognormalTimes(seededRandom(seed + 1), arrivals.length, serviceMs, serviceCv),
  }
}

/** The spike met by `instances` warm instances and an autoscaler. */
export function runSpike(
  spike: Spike,
  jobs: Jobs,
  policy: ScalingPolicy,
  instances: number,
  goodP95Ms: number,
): SpikeOutcome {
  const scaler = new Autoscaler(policy)
  const run = simulate(fleetOf(spike, policy, instances), jobs, { control: scaler })
  const latencyMs = latencyOf(run, spike.timeoutMs)
  const inSpike = (timeMs: number) => timeMs >= BEFORE_MS && timeMs < BEFORE_MS + spike.durationMs
  const met = latencyMs.filter((_, job) => inSpike(run.arrivalMs[job]!))
  const ready = readyTimes(scaler.scaleUps, policy)
  const firstReady = ready.find(({ atMs }) => atMs >= BEFORE_MS)
  const series = seriesOf(run, latencyMs, spike, instances, ready)
  const upTo = (timeMs: number) => ready.reduce((sum, { atMs, added }) => sum + (atMs <= timeMs ? added : 0), instances)
  return {
    instancesBefore: upTo(BEFORE_MS),
    instancesPeak: instances + scaler.scaleUps.reduce((sum, { added }) => sum + added, 0),
    errorRate: met.filter((ms) => ms >= spike.timeoutMs).length / met.length,
    p50Ms: quantile(met, 0.5),
    p95Ms: quantile(met, 0.95),
    firstReadyMs: firstReady === undefined ? null : firstReady.atMs - BEFORE_MS,
    recoveredMs: recoveryMs(series, spike, goodP95Ms),
    scaleUps: scaler.scaleUps.map((scaleUp) => ({ ...scaleUp, atMs: scaleUp.atMs - BEFORE_MS })),
    series,
  }
}

/** CPU utilization that `instances` show, without scaling, at a steady load of `times` their capacity. */
export function cpuUnder(spike: Spike, policy: ScalingPolicy, instances: number, times: number): number {
  const rate = (times * instances * policy.concurrency * 1000) / spike.serviceMs
  const jobs = spikeJobs({ ...spike, rate, factor: 1, durationMs: 0 })
  const readings: number[] = []
  const act = ({ nowMs, fleets }: ControlState) => {
    readings.push(fleets[0]!.workedMs / (nowMs * instances * policy.concurrency))
  }
  simulate(fleetOf(spike, policy, instances), jobs, { control: { everyMs: BEFORE_MS, act } })
  return readings[0]!
}

function fleetOf(spike: Spike, policy: ScalingPolicy, instances: number): Network {
  const warm = Array.from({ length: instances }, () => ({ joinMs: 0, readyMs: 0 }))
  const { concurrency } = policy
  return {
    stations: [{ kind: 'fleet', concurrency, balancer: 'round-robin', instances: warm }],
    route: [0],
    patience: { timeoutMs: spike.timeoutMs, expired: 'dropped' },
  }
}

function latencyOf({ arrivalMs, endMs, fate }: Run, timeoutMs: number): Float64Array {
  return arrivalMs.map((sentMs, job) => (fate[job] === 0 ? endMs[job]! - sentMs : timeoutMs))
}

function readyTimes(scaleUps: readonly ScaleUp[], { coldStartMs }: ScalingPolicy) {
  return scaleUps.map(({ atMs, added }) => ({ atMs: atMs + coldStartMs, added }))
}

function seriesOf(
  { arrivalMs }: Run,
  latencyMs: Float64Array,
  { durationMs, timeoutMs }: Spike,
  instances: number,
  ready: readonly { readonly atMs: number; readonly added: number }[],
): SpikeSeries {
  const steps = Math.ceil((BEFORE_MS + durationMs + AFTER_MS) / STEP_MS)
  const groups: number[][] = Array.from({ length: steps }, () => [])
  for (let job = 0; job < arrivalMs.length; job++) groups[Math.floor(arrivalMs[job]! / STEP_MS)]!.push(latencyMs[job]!)
  return {
    stepMs: STEP_MS,
    rps: groups.map((group) => (1000 * group.length) / STEP_MS),
    p95Ms: groups.map((group) => (group.length === 0 ? null : quantile(Float64Array.from(group), 0.95))),
    errorRate: groups.map((group) =>
      group.length === 0 ? null : group.filter((ms) => ms >= timeoutMs).length / group.length,
    ),
    readyInstances: groups.map((_, step) =>
      ready.reduce((sum, { atMs, added }) => sum + (atMs <= step * STEP_MS ? added : 0), instances),
    ),
  }
}

function recoveryMs({ p95Ms, errorRate }: SpikeSeries, { durationMs }: Spike, goodP95Ms: number): number | null {
  const first = BEFORE_MS / STEP_MS
  const end = Math.floor((BEFORE_MS + durationMs) / STEP_MS)
  let good = end
  while (good > first && (p95Ms[good - 1] ?? 0) <= goodP95Ms && (errorRate[good - 1] ?? 0) === 0) good--
  return good === end ? null : good * STEP_MS - BEFORE_MS
}
