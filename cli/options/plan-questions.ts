import { DiagError } from '../../core/errors.js'
import { formatCount, plural } from '../../core/model/quantity.js'
import type { AutoscaleQuestion } from '../../core/sim/plan/autoscale.js'
import { SIGNALS } from '../../core/sim/plan/autoscaler.js'
import type { BatchQuestion } from '../../core/sim/plan/batch.js'
import type { InstancesQuestion } from '../../core/sim/plan/instances.js'
import type { LittlesLawQuestion } from '../../core/sim/plan/littles-law.js'
import { parseDurationWithUnitMs } from './duration.js'
import { parseCount, parsePositive } from './number.js'
import { parseShare } from './share.js'
import { parseSlaP95Ms } from './sla.js'

/** Of every plan, as commander hands them over. */
export type OutputFlags = { readonly output?: string; readonly force?: boolean; readonly json?: boolean }

export type BatchPlanOptions = OutputFlags & {
  readonly overhead: string
  readonly perItem: string
  readonly rate: string
  readonly sla?: string
  readonly maxBatch: string
  readonly maxWait: string
  readonly devices: string
  readonly seed: string
}

export type InstancesPlanOptions = OutputFlags & {
  readonly service: string
  readonly serviceCv: string
  readonly concurrency: string
  readonly utilization: string
  readonly rate?: string
  readonly headroom: string
  readonly sla?: string
  readonly seed: string
}

export type AutoscalePlanOptions = OutputFlags & {
  readonly service: string
  readonly serviceCv: string
  readonly rate: string
  readonly coldStart: string
  readonly signal: string
  readonly spike: string
  readonly spikeDuration: string
  readonly concurrency: string
  readonly utilization: string
  readonly every: string
  readonly cpuWindow: string
  readonly minWarm?: string
  readonly timeout: string
  readonly sla?: string
  readonly seed: string
}

export type LittlesLawOptions = OutputFlags & {
  readonly rate?: string
  readonly latency?: string
  readonly inFlight?: string
}

/** Load before and after the spike. */
const SETTLING_MS = 90_000
const MOST_REQUESTS = 2_000_000
const MOST_INSTANCES = 500
const MOST_LOOKS = 20_000
const LARGEST_BATCH = 4096
const MOST_SETTINGS = 100

export function batchQuestion(options: BatchPlanOptions): BatchQuestion {
  const maxBatches = listOf(options.maxBatch, (text) => wholeNumber(text, '--max-batch', LARGEST_BATCH))
  const maxWaitsMs = listOf(options.maxWait, (text) => parseDurationWithUnitMs(text, '--max-wait'))
  const settings = maxBatches.length * maxWaitsMs.length
  if (settings > MOST_SETTINGS) {
    throw new DiagError('usage', `${settings} settings to simulate, at most ${MOST_SETTINGS}`, 'list fewer values')
  }
  return {
    overheadMs: parseDurationWithUnitMs(options.overhead, '--overhead'),
    perItemMs: positiveMs(options.perItem, '--per-item'),
    rate: parsePositive(options.rate, '--rate'),
    devices: wholeNumber(options.devices, '--devices', 1000),
    slaP95Ms: p95Of(options.sla),
    maxBatches,
    maxWaitsMs,
    seed: parseCount(options.seed, '--seed'),
  }
}

export function instancesQuestion(options: InstancesPlanOptions): InstancesQuestion {
  const utilization = parseShare(options.utilization, '--utilization')
  if (utilization === 0) throw new DiagError('usage', '--utilization got 0, wanted more', 'write --utilization 0.7')
  const headroom = parseShare(options.headroom, '--headroom')
  if (headroom === 1) throw new DiagError('usage', '--headroom got 100%, wanted less', 'write --headroom 20%')
  return {
    serviceMs: positiveMs(options.service, '--service'),
    serviceCv: parseServiceCv(options.serviceCv),
    concurrency: wholeNumber(options.concurrency, '--concurrency', 100_000),
    utilization,
    rate: options.rate === undefined ? null : parsePositive(options.rate, '--rate'),
    headroom,
    slaP95Ms: p95Of(options.sla),
    seed: parseCount(options.seed, '--seed'),
  }
}

export function autoscaleQuestion(options: AutoscalePlanOptions): AutoscaleQuestion {
  const serviceMs = positiveMs(options.service, '--service')
  const timeoutMs = positiveMs(options.timeout, '--timeout')
  const utilization = parseShare(options.utilization, '--utilization')
  if (utilization === 0) throw new DiagError('usage', '--utilization got 0, wanted more', 'write --utilization 0.7')
  const signal = SIGNALS.find((name) => name === options.signal)
  if (signal === undefined) {
    throw new DiagError(
      'usage',
      `--signal got '${options.signal}', wanted one of ${SIGNALS.join(', ')}`,
      'write --signal queue',
    )
  }
  const question: AutoscaleQuestion = {
    rate: parsePositive(options.rate, '--rate'),
    spikeFactor: parseSpikeFactor(options.spike),
    spikeMs: positiveMs(options.spikeDuration, '--spike-duration'),
    serviceMs,
    serviceCv: parseServiceCv(options.serviceCv),
    concurrency: wholeNumber(options.concurrency, '--concurrency', 100_000),
    coldStartMs: parseDurationWithUnitMs(options.coldStart, '--cold-start'),
    signal,
    everyMs: positiveMs(options.every, '--every'),
    cpuWindowMs: positiveMs(options.cpuWindow, '--cpu-window'),
    utilization,
    minWarm: options.minWarm === undefined ? null : wholeNumber(options.minWarm, '--min-warm', MOST_INSTANCES),
    timeoutMs,
    slaP95Ms: p95Of(options.sla),
    seed: parseCount(options.seed, '--seed'),
  }
  if ((SETTLING_MS + question.spikeMs) / question.everyMs > MOST_LOOKS) {
    throw new DiagError(
      'usage',
      `--every got '${options.every}': the autoscaler would look more than ${formatCount(MOST_LOOKS)} times`,
      'write --every 15s, or shorten --spike-duration',
    )
  }
  const requests = (question.rate * (SETTLING_MS + question.spikeFactor * question.spikeMs)) / 1000
  const instances = (question.rate * question.spikeFactor * serviceMs) / 1000 / question.concurrency / utilization
  if (requests > MOST_REQUESTS || instances > MOST_INSTANCES) {
    const size = `${plural(Math.round(requests), 'request')} on ${plural(Math.ceil(instances), 'instance')}`
    const most = `at most ${formatCount(MOST_REQUESTS)} on ${formatCount(MOST_INSTANCES)}`
    throw new DiagError(
      'usage',
      `a spike of ${question.spikeFactor} times ${formatCount(question.rate)}/s is ${size}, ${most} are simulated`,
      'give a smaller --spike (3x is three times the rate) or --rate, or shorten --spike-duration',
    )
  }
  return question
}

export function littlesLawQuestion(options: LittlesLawOptions): LittlesLawQuestion {
  return {
    ratePerSecond: options.rate === undefined ? null : parsePositive(options.rate, '--rate'),
    latencyMs: options.latency === undefined ? null : positiveMs(options.latency, '--latency'),
    inFlight: options.inFlight === undefined ? null : parsePositive(options.inFlight, '--in-flight'),
  }
}

function listOf(text: string, parse: (part: string) => number): number[] {
  return [...new Set(text.split(',').map(parse))].sort((a, b) => a - b)
}

function wholeNumber(text: string, option: string, most: number): number {
  const value = parseCount(text, option)
  if (value < 1 || value > most) {
    throw new DiagError('usage', `${option} got '${text}', wanted 1 to ${most}`, `write for example ${option} 8`)
  }
  return value
}

/** `0.5` or `50%`. Above 10 a lognormal service time has no p95 worth simulating. */
function parseServiceCv(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text.trim())
  const cv = Number(match?.[1] ?? Number.NaN) / (match?.[2] === '%' ? 100 : 1)
  if (cv >= 0 && cv <= 10) return cv
  throw new DiagError(
    'usage',
    `--service-cv got '${text}', wanted the standard deviation of service times over their mean, from 0 to 10`,
    'write --service-cv 0.5 for half the mean; 0 is constant, 1 as varied as exponential times',
  )
}

/** `3x` or `3`. */
function parseSpikeFactor(text: string): number {
  const match = /^(\d+(?:\.\d+)?)x?$/.exec(text.trim())
  const factor = Number(match?.[1] ?? 0)
  if (factor >= 1) return factor
  throw new DiagError(
    'usage',
    `--spike got '${text}', wanted how many times the rate the spike is, from 1`,
    'write --spike 3x for three times the rate',
  )
}

function positiveMs(text: string, option: string): number {
  const ms = parseDurationWithUnitMs(text, option)
  if (ms > 0) return ms
  throw new DiagError('usage', `${option} got '${text}', wanted more than 0`, `write for example ${option} 4ms`)
}

function p95Of(sla: string | undefined): number | null {
  return sla === undefined ? null : parseSlaP95Ms(sla)
}
