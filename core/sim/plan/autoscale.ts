import { formatCount, formatMs, formatPercent, plural } from '../../model/quantity.js'
import { type ScalingPolicy, SIGNALS, type Signal } from './autoscaler.js'
import { UTILIZATION_LIMIT } from './limits.js'
import { BEFORE_MS, cpuUnder, runSpike, type Spike, type SpikeOutcome, spikeJobs } from './spike.js'

export type AutoscaleQuestion = {
  /** Requests a second before the spike. */
  readonly rate: number
  readonly spikeFactor: number
  readonly spikeMs: number
  /** Mean service time of a request, and its coefficient of variation (lognormal). */
  readonly serviceMs: number
  readonly serviceCv: number
  readonly concurrency: number
  readonly coldStartMs: number
  readonly signal: Signal
  /** Time between two looks of the autoscaler. */
  readonly everyMs: number
  /** The CPU signal is an average over this long. */
  readonly cpuWindowMs: number
  /** Planned utilization, and the target of the autoscaler, 0..1. */
  readonly utilization: number
  /** Warm instances to keep; null: as few as the rate needs, and in the third case as few as get through the spike. */
  readonly minWarm: number | null
  /** A client gives up after this. */
  readonly timeoutMs: number
  /** p95 that counts as good; null: five service times. */
  readonly slaP95Ms: number | null
  readonly seed: number
}

/** How a fleet meets the spike. */
export type AutoscaleCase = {
  readonly id: 'cold' | 'pre-warmed' | 'warm-spares'
  readonly signal: Signal
  readonly outcome: SpikeOutcome
}

export type AutoscalePlan = {
  readonly question: AutoscaleQuestion
  readonly goodP95Ms: number
  /** The primer's arithmetic. */
  readonly approximation: {
    readonly rpsPerInstance: number
    readonly instancesBefore: number
    readonly instancesInSpike: number
    /** Load over the capacity of the instances before: above 1 a queue grows. */
    readonly overload: number
    /** Until a new instance works: a look of the autoscaler, then the cold start. */
    readonly reactionMs: number
    /** Requests that pile up until then, and how long the last of them would wait. */
    readonly backlog: number
    readonly waitMs: number
  }
  /** By the chosen signal: without a readiness gate, with one, and with warm spares too. */
  readonly cases: readonly AutoscaleCase[]
  /** With a readiness gate, by each signal. */
  readonly signals: readonly AutoscaleCase[]
  /** CPU utilization of the instances before, without scaling, by load over their capacity: why it cannot tell how far over. */
  readonly cpuAtOverload: readonly { readonly overload: number; readonly cpu: number }[]
  /** Instances that were there from the start in the case with warm spares, and whether they were found or given. */
  readonly warmInstances: { readonly count: number; readonly source: 'given' | 'fewest-that-suffice' }
  readonly slaMet: boolean
  readonly assumptions: readonly string[]
  readonly warnings: readonly string[]
}

/** Errors that a spike may bring and still count as survived: the primer's target. */
const ERROR_LIMIT = 0.001

/** What a spike does to an autoscaled fleet, by the primer's arithmetic and by simulation of the same arrivals in each case. */
export function planAutoscale(question: AutoscaleQuestion): AutoscalePlan {
  const { rate, spikeFactor, serviceMs, concurrency, utilization, slaP95Ms, signal, minWarm } = question
  const fullRps = (1000 * concurrency) / serviceMs
  const needed = (load: number) => Math.max(1, Math.ceil(load / (fullRps * utilization) - 1e-9))
  const before = needed(rate)
  const inSpike = needed(rate * spikeFactor)
  const goodP95Ms = slaP95Ms ?? 5 * serviceMs
  const spike: Spike = { ...question, factor: spikeFactor, durationMs: question.spikeMs }
  const jobs = spikeJobs(spike)
  const policy = (by: Signal, gated: boolean): ScalingPolicy => ({
    ...question,
    signal: by,
    gated,
    targetP95Ms: goodP95Ms,
    // A backlog asks for far more than the load does; nobody lets an autoscaler go without a bound.
    maxInstances: 2 * inSpike,
    fromMs: BEFORE_MS,
  })
  const meet = (by: Signal, gated: boolean, instances: number) =>
    runSpike(spike, jobs, policy(by, gated), instances, goodP95Ms)
  const survives = ({ errorRate, p95Ms }: SpikeOutcome) => errorRate <= ERROR_LIMIT && p95Ms <= goodP95Ms
  const base = Math.max(before, 1)
  const spares =
    minWarm === null
      ? fewest(base, 2 * inSpike, (instances) => survives(meet(signal, true, instances)))
      : Math.max(base, minWarm)
  const cases: AutoscaleCase[] = [
    { id: 'cold', signal, outcome: meet(signal, false, base) },
    { id: 'pre-warmed', signal, outcome: meet(signal, true, base) },
    { id: 'warm-spares', signal, outcome: meet(signal, true, spares) },
  ]
  const signals = SIGNALS.map((by): AutoscaleCase => ({ id: 'pre-warmed', signal: by, outcome: meet(by, true, base) }))
  const overload = (rate * spikeFactor) / (base * fullRps)
  const reactionMs = question.everyMs + question.coldStartMs
  const backlog = Math.max(0, ((rate * spikeFactor - base * fullRps) * reactionMs) / 1000)
  const plan = {
    question,
    goodP95Ms,
    approximation: {
      rpsPerInstance: fullRps * utilization,
      instancesBefore: base,
      instancesInSpike: inSpike,
      overload,
      reactionMs,
      backlog,
      waitMs: (1000 * backlog) / (base * fullRps),
    },
    cases,
    signals,
    cpuAtOverload: [0.7, 1.1, 2, 3].map((times) => ({
      overload: times,
      cpu: cpuUnder(spike, policy('cpu', true), base, times),
    })),
    warmInstances: { count: spares, source: minWarm === null ? ('fewest-that-suffice' as const) : ('given' as const) },
    slaMet: survives(cases[2]!.outcome),
    assumptions: [
      'a balancer sends requests to the instances in turn, each with a queue of its own; what its client gave up on is dropped before its turn',
      'instances = ready instances x signal / target, as the Kubernetes Horizontal Pod Autoscaler has it; instances are only added',
      `service times are lognormal with coefficient of variation ${question.serviceCv} (--service-cv); a model load takes the whole cold start`,
    ],
  }
  return { ...plan, warnings: warningsOf(plan) }
}

/** The fewest instances for which `suffices` holds, given that more never hurt; `most` when none does. */
function fewest(least: number, most: number, suffices: (instances: number) => boolean): number {
  let [low, high] = [least, most]
  while (low < high) {
    const middle = (low + high) >> 1
    if (suffices(middle)) high = middle
    else low = middle + 1
  }
  return low
}

function warningsOf(plan: Omit<AutoscalePlan, 'warnings'>): string[] {
  const { question, approximation, cases, signals, warmInstances } = plan
  const warnings: string[] = []
  const share = (instances: number) => (approximation.overload * approximation.instancesBefore) / instances
  if (approximation.overload > UTILIZATION_LIMIT) {
    warnings.push(
      `the spike loads ${plural(approximation.instancesBefore, 'instance')} to ${formatPercent(approximation.overload)}, above ` +
        `${formatPercent(UTILIZATION_LIMIT)}, until new ones are ready`,
    )
  }
  if (share(warmInstances.count) > UTILIZATION_LIMIT) {
    warnings.push(
      `${plural(warmInstances.count, 'warm instance')} take the spike at ${formatPercent(share(warmInstances.count))} ` +
        `utilization, above ${formatPercent(UTILIZATION_LIMIT)}, until more are ready: ` +
        `${Math.ceil(share(1) / UTILIZATION_LIMIT - 1e-9)} keep below that`,
    )
  }
  const cpu = signals.find((one) => one.signal === 'cpu')!.outcome
  const queue = signals.find((one) => one.signal === 'queue')!.outcome
  if (approximation.overload > 1 && later(cpu, queue)) {
    warnings.push(
      `CPU alone is too late: it reads 100 % however far the load is over capacity, so each look adds at most ` +
        `${formatPercent(1 / question.utilization - 1)} more, and it is averaged over ${formatMs(question.cpuWindowMs)}`,
    )
  }
  const [cold, gated] = [cases[0]!.outcome, cases[1]!.outcome]
  if (cold.errorRate > gated.errorRate + 0.01) {
    warnings.push(
      `instances that get requests before they are ready fail ${formatPercent(cold.errorRate - gated.errorRate)} more of the spike: gate them by readiness`,
    )
  }
  const sent = question.rate * question.spikeFactor * (question.spikeMs / 1000)
  if (sent < 1000) {
    warnings.push(`only about ${formatCount(sent)} requests in the spike: its p95 and errors are uncertain`)
  }
  return warnings
}

function later(one: SpikeOutcome, other: SpikeOutcome): boolean {
  const end = Number.POSITIVE_INFINITY
  return (one.recoveredMs ?? end) > (other.recoveredMs ?? end) || one.errorRate > 1.1 * other.errorRate
}
