import { DiagError } from '../../errors.js'
import { formatMs, plural } from '../../model/quantity.js'
import { AWAITED, CONNECT_STAGE, UNATTRIBUTED_STAGE } from '../../model/recording.js'
import { mean } from '../../stats/mean.js'
import { quantile } from '../../stats/quantile.js'
import { seededRandom } from '../../stats/random.js'
import { arrivalsAt } from './arrivals.js'
import type { Change } from './change.js'
import { LOOP_OVERHEAD } from './learn-service.js'
import { noSuchStage, noWorkers } from './no-such-stage.js'
import { MOST_PROCESSES } from './processes.js'
import {
  type BatcherModel,
  dividesIntoProcesses,
  NETWORK_OUT,
  type Place,
  type Segment,
  type ServiceModel,
  timesWaking,
  type Waking,
} from './service-model.js'

/** A changed service, and what had to be taken for granted. */
export type Changed = {
  readonly model: ServiceModel
  readonly assumptions: readonly string[]
  /** The change leads outside of what was recorded. */
  readonly extrapolated: boolean
}

/** Applies one change. Throws a usage error that lists the known stages, or says that there is no batcher. */
export function applyChange(model: ServiceModel, change: Change): Changed {
  switch (change.kind) {
    case 'stage':
      return changeStage(
        model,
        change.stage,
        change.factor,
        `${change.stage} is assumed to take ${change.factor} of its time`,
      )
    case 'stage-time': {
      const meanMs = mean(timesOf(model, change.stage))
      const now = `${change.stage} is assumed to take ${formatMs(change.ms)} in the mean, ${formatMs(meanMs)} now`
      if (change.ms <= meanMs) {
        const factor = meanMs > 0 ? change.ms / meanMs : 1
        return changeStage(model, change.stage, factor, `${now}, with the same relative spread`)
      }
      return changeStage(model, change.stage, { addMs: change.ms - meanMs }, `${now}, with the same deviations`)
    }
    case 'device-speed':
      return changeStage(
        model,
        'model',
        1 / change.factor,
        `the device is assumed to be ${change.factor} times as fast for every batch size`,
      )
    case 'cpu-speed':
      return changeCpuSpeed(model, change.factor)
    case 'batch-max': {
      const batcher = batcherOf(model)
      const beyond = change.size >= batcher.seenMs.length
      const { fit } = batcher
      const line = `${formatMs(fit.interceptMs)} + ${formatMs(fit.slopeMs)} x b`
      const largest = batcher.seenMs.length - 1
      return {
        model: { ...model, batcher: { ...batcher, maxBatch: change.size } },
        assumptions: beyond ? [`batches above ${largest}, the largest recorded, are assumed to take ${line}`] : [],
        extrapolated: beyond,
      }
    }
    case 'batch-wait':
      return plain({ ...model, batcher: { ...batcherOf(model), maxWaitMs: change.ms } })
    case 'batch-release-idle': {
      const batcher = batcherOf(model)
      const idle = { maxWaitMs: 0, lateMs: 0, whileBusy: 'gather', timerOnLoop: false } as const
      const free = 'a batch is assumed to leave at the moment that the device gets free'
      return { model: { ...model, batcher: { ...batcher, ...idle } }, assumptions: [free], extrapolated: false }
    }
    case 'workers':
      return changeWorkers(model, change.stage, change.count)
    case 'instances':
      return {
        model: { ...model, instances: model.instances * change.count },
        assumptions: [
          `${plural(change.count, 'instance')}, each with the recorded one's resources; the balancer goes round in turn`,
        ],
        extrapolated: false,
      }
    case 'processes':
      return changeProcesses(model, change.count)
    case 'load':
      return changeLoad(model, change.factor)
    case 'rate': {
      const { scheduledMs, schedule } = model.arrivals
      const counted = (1000 * (scheduledMs.length - 1)) / (scheduledMs.at(-1)! - scheduledMs[0]!)
      return changeLoad(model, change.rps / (schedule?.rate ?? counted))
    }
  }
}

const plain = (model: ServiceModel): Changed => ({ model, assumptions: [], extrapolated: false })

/** A factor on every request's time, or what is added to it. */
type Resize = number | { readonly addMs: number }

/**
 * A time this many times the median is no longer the stage's own work but a thread that lost its core, a page fault or
 * the like: more work does not multiply it. 90 times a stage of 20 us would make a disturbance of 1 ms one of 90 ms.
 */
const DISTURBED = 3

function resize(columnMs: Float64Array, by: Resize): Float64Array {
  if (typeof by !== 'number') return columnMs.map((ms) => ms + by.addMs)
  if (by <= 1) return columnMs.map((ms) => ms * by)
  const ownMs = DISTURBED * quantile(columnMs, 0.5)
  return columnMs.map((ms) => (ownMs > 0 && ms > ownMs ? by * ownMs + ms - ownMs : by * ms))
}

function changeStage(model: ServiceModel, stage: string, by: Resize, assumption: string): Changed {
  const changed = (to: ServiceModel): Changed => ({ model: to, assumptions: [assumption], extrapolated: false })
  const woken = (waking: Waking | null | undefined) => timesWaking(waking, typeof by === 'number' ? by : 1)
  if (stage === CONNECT_STAGE) {
    const connectionWaking = woken(model.connectionWaking)
    return changed({ ...model, connectionMs: resize(model.connectionMs, by), connectionWaking })
  }
  if (stage === NETWORK_OUT) return changed({ ...model, networkOutMs: resize(model.networkOutMs, by) })
  const pieces = piecesOf(model, stage)
  if (pieces[0]!.place.kind === 'device') return changed({ ...model, batcher: changeDevice(batcherOf(model), by) })
  const bytesWaitMs =
    stage === 'network-in' && typeof by === 'number' ? model.bytesWaitMs.map((ms) => ms * by) : model.bytesWaitMs
  const wholeMs = mean(timesOf(model, stage))
  const segments = model.segments.map((segment) => {
    if (segment.stage !== stage) return segment
    const share = wholeMs > 0 ? mean(segment.demandMs) / wholeMs : 1 / pieces.length
    const part = typeof by === 'number' ? by : { addMs: share * by.addMs }
    return { ...segment, demandMs: resize(segment.demandMs, part), waking: woken(segment.waking) }
  })
  return changed({ ...model, segments, bytesWaitMs })
}

function changeDevice(batcher: BatcherModel, by: Resize): BatcherModel {
  const [factor, addMs] = typeof by === 'number' ? [by, 0] : [1, by.addMs]
  const { interceptMs, slopeMs } = batcher.fit
  const fit = { interceptMs: interceptMs * factor + addMs, slopeMs: slopeMs * factor }
  return { ...batcher, seenMs: batcher.seenMs.map((ms) => ms * factor + addMs), fit }
}

/** The same service with its event loop's work and its runs of the device times a factor each. */
export function scaledWork(model: ServiceModel, loop: number, device: number): ServiceModel {
  return {
    ...model,
    segments: model.segments.map((segment) =>
      segment.place.kind === 'loop' ? { ...segment, demandMs: segment.demandMs.map((ms) => ms * loop) } : segment,
    ),
    batcher: model.batcher === null ? null : changeDevice(model.batcher, device),
  }
}

/** What is not computed stays: the network, waiting for other services, threads that wake each other up. */
function changeCpuSpeed(model: ServiceModel, speed: number): Changed {
  const onCores = ({ place }: Segment) => place.kind === 'loop' || (place.kind === 'workers' && place.computing)
  const withDevice = model.batcher !== null && model.cpu?.device === true
  if (!withDevice && !model.segments.some(onCores)) {
    throw new DiagError(
      'usage',
      'nothing is known of what this service computes: it was seen from outside',
      'record it with the agent inside, or change its load or instances instead',
    )
  }
  const segments = model.segments.map((segment) =>
    onCores(segment) ? { ...segment, demandMs: resize(segment.demandMs, 1 / speed) } : segment,
  )
  return {
    model: { ...model, segments, batcher: withDevice ? changeDevice(batcherOf(model), 1 / speed) : model.batcher },
    assumptions: [
      `whatever computes on the CPU is assumed to be ${speed} times as fast${withDevice ? ', the model included' : ''}`,
    ],
    extrapolated: false,
  }
}

function changeWorkers(model: ServiceModel, stage: string, count: number): Changed {
  if (stage === CONNECT_STAGE || stage === NETWORK_OUT) throw noWorkers(stage, 'is on the network, not in the service')
  const segment = largestOf(piecesOf(model, stage))
  const cores = model.cpu === null ? ['every worker is assumed to have a core of its own'] : []
  if (segment.place.kind === 'workers') {
    const extrapolated = count > segment.place.count
    const place = { ...segment.place, count }
    return { model: placedAt(model, segment, place), assumptions: cores, extrapolated }
  }
  if (segment.place.kind === 'limited') {
    const more = count > segment.place.count
    const what = stage === AWAITED ? 'requests' : stage
    const same = `what lets ${what} through is assumed to serve ${count} at a time as fast as ${segment.place.count}`
    const place = { ...segment.place, count }
    return { model: placedAt(model, segment, place), assumptions: more ? [same] : [], extrapolated: more }
  }
  if (segment.place.kind === 'device') {
    const batcher = { ...batcherOf(model), slots: count }
    return { model: { ...model, batcher }, assumptions: cores, extrapolated: count > batcherOf(model).slots }
  }
  if (segment.place.kind !== 'loop') {
    throw noWorkers(stage, 'runs neither on the event loop nor in workers')
  }
  const moved = `${stage} is assumed to move off the event loop to ${plural(count, 'worker')} at no cost for the hand-over`
  const place = { kind: 'workers', count, computing: true } as const
  return { model: placedAt(model, segment, place), assumptions: [moved, ...cores], extrapolated: true }
}

/** Connections stay with the process that accepted them, so that requests do not go to processes in turn, but about at random. */
const DEAL_SEED = 1

function changeProcesses(model: ServiceModel, count: number): Changed {
  const { batcher, cpu } = model
  if (count !== model.processes && !dividesIntoProcesses(model)) {
    const shared = `processes=${count}: each would have a batcher and a model of its own, and how these share the device is not known`
    throw new DiagError('usage', shared, 'use instances=2 for a second host with a device of its own')
  }
  if (count > MOST_PROCESSES) {
    throw new DiagError('usage', `processes=${count} is too many`, `a host is taken to run at most ${MOST_PROCESSES}`)
  }
  const cores = cpu === null ? 'a core of its own' : `its share of the ${plural(cpu.cores, 'core')}`
  const parts = `an event loop${batcher === null ? '' : ', a batcher'} and workers of its own, and ${cores}`
  const random = seededRandom(DEAL_SEED)
  return {
    model: { ...model, processes: count, processOf: model.processOf.map(() => Math.floor(count * random())) },
    assumptions: [
      count === model.processes
        ? `requests go to the ${plural(count, 'process')} at random`
        : `each of ${plural(count, 'process')} is assumed to have ${parts}; requests go to them at random`,
    ],
    extrapolated: count > model.processes,
  }
}

/**
 * Code that runs seldom finds its caches cold, and what wakes a loop up for one request serves several of a faster stream: the
 * work around a request falls with the rate, about with its square root (`npm run accuracy:predict`; 0.37 and 0.46 between 60 and
 * 360 requests/s of 10,000 floats in JSON, by test/bench/work-by-rate.mjs). Decoding, a tight loop of its own, does not.
 */
const COLD_EXPONENT = -0.5
const COLD_STAGES: ReadonlySet<string> = new Set([LOOP_OVERHEAD, UNATTRIBUTED_STAGE, 'network-in'])

function changeLoad(model: ServiceModel, factor: number): Changed {
  const arrivals = arrivalsAt(model.arrivals, factor, model.connectionMs.length)
  const cold = factor ** COLD_EXPONENT
  const changed: ServiceModel = {
    ...model,
    arrivals,
    cpu: model.cpu === null ? null : { ...model.cpu, background: model.cpu.background * Math.sqrt(factor) },
    segments: model.segments.map((segment) =>
      COLD_STAGES.has(segment.stage) ? { ...segment, demandMs: resize(segment.demandMs, cold) } : segment,
    ),
  }
  const same = `service times are assumed to stay as they are at the recorded load, and the work around them (${[...COLD_STAGES].join(', ')}) to fall with the square root of the rate`
  return { model: changed, assumptions: [same], extrapolated: factor > 1 }
}

/** All of a stage at one place, where its largest piece was. */
function placedAt(model: ServiceModel, largest: Segment, place: Place): ServiceModel {
  const { stage } = largest
  const whole = { ...largest, place, demandMs: timesOf(model, stage) }
  const segments = model.segments.flatMap((one) => (one.stage !== stage ? [one] : one === largest ? [whole] : []))
  return { ...model, segments }
}

function largestOf(pieces: readonly Segment[]): Segment {
  return pieces.reduce((most, piece) => (mean(piece.demandMs) > mean(most.demandMs) ? piece : most))
}

function timesOf(model: ServiceModel, stage: string): Float64Array {
  if (stage === CONNECT_STAGE) return model.connectionMs
  if (stage === NETWORK_OUT) return model.networkOutMs
  const [first, ...others] = piecesOf(model, stage)
  return first!.demandMs.map((ms, i) => others.reduce((sum, { demandMs }) => sum + demandMs[i]!, ms))
}

/** What no stage covers is done in several places of a request's way; every other stage is one piece. */
function piecesOf(model: ServiceModel, stage: string): readonly Segment[] {
  const found = model.segments.filter((segment) => segment.stage === stage)
  if (found.length > 0) return found
  throw noSuchStage(model, stage)
}

function batcherOf({ batcher }: ServiceModel): BatcherModel {
  if (batcher !== null) return batcher
  throw new DiagError(
    'usage',
    'this service recorded no batches',
    'change its stages, workers, instances or load instead',
  )
}
