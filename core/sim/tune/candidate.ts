import { DiagError } from '../../errors.js'
import { BINARY_DECODE_SHARE } from '../../model/binary-encoding.js'
import { formatCount, formatMs, plural } from '../../model/quantity.js'
import { AWAITED, UNATTRIBUTED_STAGE } from '../../model/recording.js'
import { mean } from '../../stats/mean.js'
import type { Change } from '../what-if/change.js'
import { LOOP_OVERHEAD } from '../what-if/learn-service.js'
import { readSetting } from '../what-if/predict.js'
import { dividesIntoProcesses, HAND_OVER, type Place, type ServiceModel } from '../what-if/service-model.js'

/** What a change asks of people, the least first: a setting, a change of the program, or hardware to pay for. */
export const EFFORTS = ['configuration', 'code', 'hardware'] as const
export type Effort = (typeof EFFORTS)[number]

/** One change that could be made to this service. */
export type Candidate = {
  /** In the change grammar. */
  readonly setting: string
  /** What to do, for a person. */
  readonly title: string
  readonly effort: Effort
  /** Two changes of one knob exclude each other. */
  readonly knob: string
  readonly addsInstances: boolean
}

const [BATCH_SIZE, BATCH_RELEASE] = ['batch size', 'batch release']
export const BATCHER_KNOBS: ReadonlySet<string> = new Set([BATCH_SIZE, BATCH_RELEASE])

// A stage that takes less of the event loop than this moves no percentile when it goes.
const NOTICEABLE_SHARE = 0.05
/** A compiled or quantized model, or the next accelerator: common gains are 1.3 to 2 times. */
const DEVICE_SPEED = 1.5

/**
 * Every change that applies to the service, of its own stages and its own batcher, none of which sets what is set
 * already. `tried` are further ones, which replace the built-in ones of the same kind and stage.
 */
export function candidatesOf(model: ServiceModel, tried: readonly string[]): Candidate[] {
  const wanted = tried.map((setting) => candidateOf(model, setting))
  const replaced = new Set(tried.map(nameOf))
  const builtIn = [
    ...batcherSettings(model),
    ...stageSettings(model),
    ...deviceSettings(model),
    ...processSettings(model),
    'instances=2',
  ]
  const rest = builtIn.filter((setting) => !replaced.has(nameOf(setting)))
  return [...rest.map((setting) => candidateOf(model, setting)), ...wanted]
}

const nameOf = (setting: string) => setting.slice(0, setting.indexOf('='))

function batcherSettings({ batcher }: ServiceModel): string[] {
  if (batcher === null) return []
  const { maxBatch, maxWaitMs } = batcher
  const sizes = [Math.ceil(maxBatch / 2), maxBatch * 2].filter((size) => size !== maxBatch)
  const waitsMs = maxWaitMs > 0 ? [0, maxWaitMs / 4, maxWaitMs / 2, maxWaitMs * 2] : [2, 5, 10]
  return [
    'batch.release=idle',
    ...waitsMs.map((ms) => `batch.waitMs=${rounded(ms)}`),
    ...sizes.map((size) => `batch.max=${size}`),
  ]
}

/** What no line of the service's code stands for. */
const NOBODYS: ReadonlySet<string> = new Set([LOOP_OVERHEAD, UNATTRIBUTED_STAGE, AWAITED, HAND_OVER])

function stageSettings({ segments }: ServiceModel): string[] {
  const onLoop = segments.filter(({ place }) => place.kind === 'loop')
  const loopMs = onLoop.reduce((sum, segment) => sum + mean(segment.demandMs), 0)
  return segments.flatMap(({ stage, place, demandMs }) => {
    if (NOBODYS.has(stage) && place.kind !== 'limited') return []
    if (place.kind === 'workers' || place.kind === 'limited')
      return [`workers.${stage}=${place.count * 2}`, `stage.${stage}=0.5x`]
    if (place.kind === 'elsewhere') return [`stage.${stage}=0.5x`]
    if (place.kind === 'device' || stage === 'network-in' || mean(demandMs) < NOTICEABLE_SHARE * loopMs) return []
    const share = stage === 'deserialize' ? BINARY_DECODE_SHARE : 0.5
    return [`stage.${stage}=${share}x`, `workers.${stage}=2`]
  })
}

function deviceSettings({ segments, batcher }: ServiceModel): string[] {
  return batcher === null || !segments.some(({ place }) => place.kind === 'device')
    ? []
    : [`device.speed=${DEVICE_SPEED}x`]
}

/** More processes than cores would only take turns. */
function processSettings(model: ServiceModel): string[] {
  const { processes, cpu } = model
  const fits = cpu !== null && processes < cpu.cores && dividesIntoProcesses(model)
  return fits ? [`processes=${Math.min(cpu.cores, processes * 2)}`] : []
}

const rounded = (value: number) => Number(value.toPrecision(2))

/** Throws a usage error for a setting that is not in the grammar, or changes the load instead of the service. */
export function candidateOf(model: ServiceModel, setting: string): Candidate {
  const change = readSetting(setting, '--try')
  return { setting, addsInstances: change.kind === 'instances', ...described(model, change, setting) }
}

function described(model: ServiceModel, change: Change, setting: string): Pick<Candidate, 'title' | 'effort' | 'knob'> {
  const title = titleOf(change, model)
  switch (change.kind) {
    case 'batch-max':
      return { title, effort: 'configuration', knob: BATCH_SIZE }
    case 'batch-wait':
    case 'batch-release-idle':
      return { title, effort: 'configuration', knob: BATCH_RELEASE }
    case 'workers': {
      const { stage } = change
      const effort = isIn(model, stage, 'workers') || isIn(model, stage, 'limited') ? 'configuration' : 'code'
      return { title, effort, knob: `stage ${stage}` }
    }
    case 'stage':
    case 'stage-time':
      return { title, effort: 'code', knob: `stage ${change.stage}` }
    case 'device-speed':
      return { title, effort: 'hardware', knob: 'device' }
    case 'cpu-speed':
      return { title, effort: 'hardware', knob: 'cpu' }
    case 'processes':
      return { title, effort: 'configuration', knob: 'processes' }
    case 'instances':
      return { title, effort: 'hardware', knob: 'instances' }
    case 'load':
    case 'rate':
      throw new DiagError(
        'usage',
        `--try got '${setting}', but the load is what the service is tuned for`,
        `ask infer-diag what-if <recording> --set ${setting}`,
      )
  }
}

function isIn(model: ServiceModel, stage: string, kind: Place['kind']): boolean {
  return model.segments.some((one) => one.stage === stage && one.place.kind === kind)
}

/** What a change is, for a person. `model`: the service that it is made to; null = nothing is known of it. */
export function titleOf(change: Change, model: ServiceModel | null): string {
  switch (change.kind) {
    case 'batch-max':
      return `batches of up to ${change.size}`
    case 'batch-wait':
      return change.ms === 0 ? 'no waiting for a batch to fill' : `wait up to ${formatMs(change.ms)} for a batch`
    case 'batch-release-idle':
      return 'send what waits once the device is free'
    case 'workers': {
      const { stage, count } = change
      if (model === null || !isIn(model, stage, 'limited')) return `${stage} in ${plural(count, 'worker')}`
      return `${count} at a time through ${stage === AWAITED ? 'what is awaited' : stage}`
    }
    case 'stage':
      return change.stage === 'deserialize' && change.factor === BINARY_DECODE_SHARE
        ? 'tensors in a binary encoding'
        : `${change.factor > 1 ? 'a dearer' : 'a cheaper'} ${change.stage}`
    case 'stage-time':
      return `${change.stage} in ${formatMs(change.ms)}`
    case 'device-speed':
      return change.factor > 1 ? 'a faster device or model' : 'a slower device or model'
    case 'cpu-speed':
      return `a ${change.factor > 1 ? 'faster' : 'slower'} CPU`
    case 'processes':
      return `${plural(change.count, 'process')} on the host (cluster)`
    case 'instances':
      return `${plural(change.count, 'time')} the instances`
    case 'load':
      return `${formatCount(change.factor)} times the load`
    case 'rate':
      return `${formatCount(change.rps)} requests/s`
  }
}
