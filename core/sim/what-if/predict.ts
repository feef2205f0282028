import { DiagError } from '../../errors.js'
import { coreSpeed, SLOW_CORE } from '../../facts/core-speed.js'
import { cpuSupply } from '../../facts/cpu-supply.js'
import { eventLoop } from '../../facts/event-loop.js'
import type { Facts } from '../../facts/fact.js'
import { formatMs, formatPercent, formatPercentBeyond, plural } from '../../model/quantity.js'
import { type TargetName, unpredictedTargets } from '../../model/sla-targets.js'
import { applyChange } from './apply-change.js'
import { type Calibration, type Percentiles, percentilesOf } from './calibrate.js'
import { type Change, examplesLike, parseChange } from './change.js'
import { MATERIAL_STRETCH, replayChanged } from './core-waits.js'
import { p95Interval } from './interval.js'
import type { ResourceUse } from './replay.js'
import { serviceCalibration } from './service-calibration.js'
import type { CpuModel, ServiceModel } from './service-model.js'
import { driftedP95, type WorkDrift, workDrift } from './work-drift.js'

/** A simulation that misses the measured p95 by more than this does not know the service well enough to predict it. */
export const LARGEST_ERROR = 0.15
/** A loop or host like this builds up backlogs that differ from run to run. */
const NEARLY_FULL = 0.9
const MUCH_LOST = 0.15
/**
 * A host this busy makes threads wait for cores, which slows everything down that runs on it by what depends on the rest: the times
 * learnt there hold for no other load.
 */
const HOST_FULL = 0.9
/** A resource this busy over the recorded time does not keep up: what a longer run would show is unknown. */
const STABLE_LIMIT = 0.99
/** A p95 that the work's own drift multiplies by so much hardly says more than that the service is near its limit. */
const HINGES = 1.5

/** `baseline` is null where the service could not be replayed at all. */
export type WhatIf =
  | { readonly withheld: string; readonly baseline: Baseline | null }
  | { readonly baseline: Baseline; readonly predictions: readonly Prediction[] }

export type Baseline = {
  /** A long recording is replayed in part; all of `baseline` is about that part. */
  readonly replayedRequests: number
  readonly measured: Percentiles
  readonly simulated: Percentiles
  readonly calibrationErrorP50: number
  readonly calibrationErrorP95: number
  readonly calibrationErrorP99: number
  /** Targets of the recording's SLA of which a simulation of whole answers knows nothing. */
  readonly unpredictedTargets: readonly TargetName[]
}

type Common = {
  readonly changes: readonly string[]
  readonly busiest: ResourceUse
  /** Every resource of the service, the busiest one too. */
  readonly utilizations: readonly ResourceUse[]
  readonly meanBatch: number | null
  /** Mean batch size over the largest allowed, 0 to 1. */
  readonly batchFullness: number | null
  /** Null without a p95 target, and where that is met, but a target is not predicted. */
  readonly slaMet: boolean | null
  readonly extrapolated: boolean
  readonly assumptions: readonly string[]
}

type Stable = Common & Percentiles & { readonly stable: true; readonly throughputRps: number }

/** Its latency would depend on how long the load lasts, so that there are no numbers. */
type Unstable = Common & {
  readonly stable: false
  readonly p50Ms: null
  readonly p95Ms: null
  readonly p99Ms: null
  readonly throughputRps: null
}

/** `p95IntervalMs` is the 95 % interval for the p95 of another run as long as the recorded one. */
export type Prediction =
  | (Stable & { readonly p95IntervalMs: readonly [number, number] })
  | (Unstable & { readonly p95IntervalMs: null })

/** `latencyMs` by request, in the order of the model. */
export type Outcome = (Stable | Unstable) & { readonly latencyMs: Float64Array }

/** What a prediction rests on, or why there is none. */
export type Grounds = { readonly withheld: string; readonly baseline: Baseline | null } | Predictable

export type Predictable = {
  readonly baseline: Baseline
  readonly calibration: Calibration
  readonly slaP95Ms: number | null
}

/**
 * What the recorded requests would have met in a changed service: all of `settings` together, in order; without any, only
 * how well the simulation knows the service. Throws a usage
 * error for a setting that cannot be read or does not fit this service.
 */
export function whatIf(facts: Facts, settings: readonly string[]): WhatIf {
  for (const setting of settings) readSetting(setting)
  const grounds = groundsOf(facts)
  if ('withheld' in grounds) return grounds
  const { baseline } = grounds
  return { baseline, predictions: settings.length === 0 ? [] : [predictWith(grounds, settings)] }
}

/** Calibrates once for a recording; many predictions can share the result. */
export function groundsOf(facts: Facts): Grounds {
  const calibrated = facts.get(serviceCalibration)
  if (!calibrated.known) return { withheld: calibrated.reason, baseline: null }
  const calibration = calibrated.value
  const { errors, measured, simulated, unchanged } = calibration
  const baseline: Baseline = {
    replayedRequests: unchanged.latencyMs.length,
    measured,
    simulated,
    calibrationErrorP50: errors.p50,
    calibrationErrorP95: errors.p95,
    calibrationErrorP99: errors.p99,
    unpredictedTargets: unpredictedTargets(facts.recording.meta.sla),
  }
  if (Math.abs(errors.p95) > LARGEST_ERROR) {
    const reason =
      `the p95 of the unchanged service is replayed ${formatPercentBeyond(Math.abs(errors.p95), LARGEST_ERROR)} ` +
      `too ${errors.p95 < 0 ? 'low' : 'high'}, more than ${formatPercent(LARGEST_ERROR)} off: something holds this service up that the recording does not explain. ${cure(facts)}`
    return { withheld: reason, baseline }
  }
  const hostBusy = facts.find(cpuSupply)?.hostBusy ?? 0
  if (hostBusy > HOST_FULL) {
    const reason = `the CPU of the host was ${formatPercent(hostBusy)} busy, so that the times of this recording hold for no other load. Record at a lower rate, or on a host with more cores`
    return { withheld: reason, baseline }
  }
  return { baseline, calibration, slaP95Ms: facts.recording.meta.sla?.p95Ms ?? null }
}

/** What to record so that the replay explains it. */
function cure(facts: Facts): string {
  const supply = facts.find(cpuSupply)
  const lost = Math.max(supply?.lostToQueue ?? 0, supply?.lostToQuota ?? 0, supply?.lostToSteal ?? 0)
  if (lost > MUCH_LOST)
    return `Its main thread did not get ${formatPercent(lost)} of the CPU it wanted: record on a quiet host`
  const slowdown = facts.find(coreSpeed)?.slowdown ?? 1
  if (slowdown > SLOW_CORE)
    return `Its core was ${slowdown.toFixed(1)} times slower on average than at its fastest: record on a quiet host`
  const loop = facts.find(eventLoop)?.utilization ?? 0
  if (loop > NEARLY_FULL) return `Its event loop is ${formatPercent(loop)} busy: record at a lower rate, or for longer`
  return 'Record for longer, and mark with stage() what its requests wait for'
}

function sharing({ cores, background }: CpuModel, stretch: number): string {
  return `threads that compute share ${plural(cores, 'core')} with ${background.toFixed(1)} cores of other work, so that they take ${stretch.toFixed(2)} times as long as alone`
}

function coldStart({ warmUpFactor }: ServiceModel): string[] {
  if (warmUpFactor === 1) return []
  return [
    `it starts as cold as it did, its first requests ${warmUpFactor.toFixed(2)} times as slow as later ones: requests had piled up when the measured window opened`,
  ]
}

function sideBySide({ processes, batcher }: ServiceModel): string[] {
  if (processes === 1) return []
  const own = batcher === null ? 'an event loop and workers' : 'an event loop, workers, a batcher and a device'
  return [`requests are taken to go to the ${processes} processes as they did, each with ${own} of its own`]
}

/** Throws a usage error that names `option`. */
export function readSetting(text: string, option = '--set'): Change {
  const change = parseChange(text)
  if (change !== null) return change
  throw new DiagError(
    'usage',
    `${option} got '${text}', wanted a change`,
    `write it like ${examplesLike(text).join(', ')}`,
  )
}

/** A replay with all of `settings`, in order, and its interval. Throws as `whatIf` does. */
export function predictWith(grounds: Predictable, settings: readonly string[]): Prediction {
  const { latencyMs, model, ...outcome } = outcomeOf(grounds, settings)
  if (!outcome.stable) return { ...outcome, p95IntervalMs: null }
  const { simulated, errors } = grounds.calibration
  const unchanged = { p95Ms: simulated.p95Ms, error: errors.p95 }
  const drift = workDrift(grounds.calibration.model)
  const drifted = driftedP95(model, drift)
  const p95IntervalMs = p95Interval(outcome.p95Ms, latencyMs, unchanged, drifted)
  const hinges = [
    ...(drifted.heavyMs < HINGES * outcome.p95Ms ? [] : [hinging(drift, drifted.heavyMs)]),
    ...(HINGES * drifted.lightMs > outcome.p95Ms ? [] : [atBest(model, drifted.lightMs)]),
  ]
  return { ...outcome, assumptions: [...outcome.assumptions, ...hinges], p95IntervalMs }
}

function hinging({ loop, device }: WorkDrift, heavyMs: number): string {
  const more = formatPercent(Math.max(loop, device))
  return `the p95 hinges on the work of a request, which is known to ${more}: with so much more of it, it would be ${formatMs(heavyMs)}`
}

function atBest({ batcher }: ServiceModel, lightMs: number): string {
  const prompt = batcher === null ? '' : ' and batches that start promptly'
  return `with as little work as a request may take${prompt}, the p95 would be ${formatMs(lightMs)}`
}

/** Why a prediction that is not stable has no numbers. */
export function overloadOf({ busiest: { resource, utilization } }: Pick<Prediction, 'busiest'>): string {
  return `the load would stay unstable: ${formatPercent(utilization)} of what the ${resource} can do`
}

/** As `predictWith`, without the interval, which costs more than the replay: for searches. */
export function simulateWith(grounds: Predictable, settings: readonly string[]): Outcome {
  const { model: _, ...outcome } = outcomeOf(grounds, settings)
  return outcome
}

function outcomeOf(
  { calibration, slaP95Ms, baseline }: Predictable,
  settings: readonly string[],
): Outcome & { model: ServiceModel } {
  let changed = calibration.model
  let extrapolated = false
  const assumptions = [...(changed.batcher?.inferred ?? []), ...coldStart(changed)]
  for (const setting of settings) {
    const next = applyChange(changed, readSetting(setting))
    changed = next.model
    extrapolated ||= next.extrapolated
    assumptions.push(...next.assumptions)
  }
  if (changed.processOf === calibration.model.processOf) assumptions.unshift(...sideBySide(changed))
  const { unchanged } = calibration
  const { model, replayed } =
    settings.length === 0 ? { model: changed, replayed: unchanged } : replayChanged(changed, unchanged.cpuStretch)
  const { latencyMs, throughputRps, busiest, utilizations, meanBatch, cpuStretch } = replayed
  if (cpuStretch !== null && cpuStretch > MATERIAL_STRETCH) assumptions.push(sharing(model.cpu!, cpuStretch))
  const batchFullness = meanBatch === null ? null : meanBatch / model.batcher!.maxBatch
  const use = { busiest, utilizations, meanBatch, batchFullness }
  const common = { changes: settings, latencyMs, model, ...use, extrapolated, assumptions }
  if (busiest.utilization > STABLE_LIMIT) {
    const slaMet = slaP95Ms === null ? null : false
    return { ...common, stable: false, p50Ms: null, p95Ms: null, p99Ms: null, throughputRps: null, slaMet }
  }
  const percentiles = percentilesOf(latencyMs)
  const isOpen = slaP95Ms === null || (percentiles.p95Ms <= slaP95Ms && baseline.unpredictedTargets.length > 0)
  const slaMet = isOpen ? null : percentiles.p95Ms <= slaP95Ms
  return { ...common, ...percentiles, stable: true, throughputRps, slaMet }
}
