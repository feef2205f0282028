import { type ConcurrencyLimit, concurrencyLimits } from '../../facts/concurrency-limits.js'
import { type Facts, type Known, known, notEnoughData, notMeasured } from '../../facts/fact.js'
import { loopTimelines } from '../../facts/loop-timelines.js'
import { isDerivedStage } from '../../facts/stage-order.js'
import {
  blocks,
  isInWorkers,
  isSynchronous,
  type StagePlacement,
  stagePlacements,
} from '../../facts/stage-placements.js'
import { stageColumn, stageTimes } from '../../facts/stage-times.js'
import { type Traffic, traffic } from '../../facts/traffic.js'
import { AWAITED, CONNECT_STAGE, NO_INDEX, type Recording, UNATTRIBUTED_STAGE } from '../../model/recording.js'
import { gather } from '../../stats/gather.js'
import { mean } from '../../stats/mean.js'
import { timeOrder } from '../../stats/time-order.js'
import { recordedArrivals } from './arrivals.js'
import { learnBatcher } from './learn-batcher.js'
import { type LearntCpu, learnCpu } from './learn-cpu.js'
import { batchesOf, waitForBytes, waitForReturn } from './learn-requests.js'
import { learnWaking } from './learn-waking.js'
import { withOwnWork, workAfterStages } from './own-work.js'
import { loopOf, type Processes, processesOf } from './processes.js'
import { HAND_OVER, type Place, type Segment, type ServiceModel } from './service-model.js'
import { excerpt, representativeStretch } from './stretch.js'
import { unexplained } from './unexplained.js'

/** The fewest timed requests that predictions rest on. */
export const FEWEST_REQUESTS = 500
/** Failed requests leave early or hold resources to the end; the replay knows neither. */
const MOST_ERRORS = 0.02

/** CPU of the event loop that no stage covers, and no request waits for as its own. */
export const LOOP_OVERHEAD = 'loop-overhead'
/** A smaller share of the latency is what the loop's figures are off by. */
const LEAST_AWAITED = 0.05

export type LearntService = {
  readonly model: ServiceModel
  /** The requests that it holds, of a long recording a part: places in `traffic.rows`, in the order they were due. */
  readonly places: Uint32Array
}

/** Learns arrivals, demands and resources from a recording, or says what it lacks. */
export function learnService(facts: Facts): Known<LearntService> {
  const measured = facts.get(traffic)
  if (!measured.known) return measured
  const window = measured.value
  const times = facts.get(stageTimes)
  if (!times.known) return times
  const loops = facts.get(loopTimelines)
  if (!loops.known) return loops
  const reason = unfit(facts, window)
  if (reason !== null) return reason
  const processes = processesOf(facts)
  if (processes === null) {
    return notMeasured(`requests run on ${loops.value.size} event loops, of which the replay knows one a process`)
  }
  const { batches } = facts.recording
  const stages = stagesOf(facts, batches.count > 0)
  if (stages === null) {
    return notMeasured(
      'batches run on the event loop itself, which the replay does not model: record the service with its model in a worker thread',
    )
  }
  const cpu = learnCpu(facts, processes, computingStages(facts.recording.stages, stages))
  const batcher = batches.count === 0 ? null : learnBatcher(facts, processes, cpu)
  if (batcher !== null && !batcher.known) return batcher
  const order = timeOrder(window.startMs)
  const stretch = representativeStretch(gather(window.latencyMs, order))
  const places = order.subarray(stretch.from, stretch.to)
  const column = (stage: string) => gather(stageColumn(times.value, stage), places)
  const rows = places.map((i) => window.rows[i]!)
  const bytesWaitMs = waitForBytes(facts, rows, column('network-in'))
  const turns = turnsIn(facts.find(concurrencyLimits) ?? [], places)
  const segments = stages.map(({ stage, place: own }): Segment => {
    const place = turns.placeOf(stage) ?? own
    const demandMs = turns.without(stage, column(stage))
    if (stage === 'network-in') for (let i = 0; i < demandMs.length; i++) demandMs[i]! -= bytesWaitMs[i]!
    return { stage, place, demandMs }
  })
  const unattributedMs = column(UNATTRIBUTED_STAGE)
  const back = wayBack(facts, rows, unattributedMs, processes)
  const device = segments.findIndex(({ place }) => place.kind === 'device')
  if (device >= 0) segments.splice(device + 1, 0, back)
  const uncoveredMs = turns.without(UNATTRIBUTED_STAGE, unattributedMs).map((ms, i) => ms - back.demandMs[i]!)
  const connectionMs = column(CONNECT_STAGE)
  const { aroundMs, ownMs } = unexplained(facts, processes, rows, uncoveredMs, segments)
  const onLoop = { place: { kind: 'loop' } } as const
  const awaitedMs = uncoveredMs.map((ms, i) => Math.max(0, ms) - ownMs[i]!)
  const awaitedAt: Place = turns.placeOf(UNATTRIBUTED_STAGE) ?? { kind: 'elsewhere' }
  const awaits = mean(awaitedMs) > LEAST_AWAITED * mean(gather(window.latencyMs, places))
  const model: ServiceModel = {
    arrivals: excerpt(recordedArrivals(facts, window, order), stretch),
    connectionMs,
    connectionWaking:
      window.seenFrom === 'client'
        ? learnWaking(gather(window.startMs, places), connectionMs, (i) => loopOf(processes, rows[i]!))
        : null,
    networkOutMs: column('network-out'),
    bytesWaitMs,
    segments: [
      ...withOwnWork(
        // Where in the handler it is awaited nobody knows.
        awaits ? [...segments, { stage: AWAITED, place: awaitedAt, demandMs: awaitedMs }] : segments,
        ownMs,
        workAfterStages(facts, places, back),
      ),
      { ...onLoop, stage: LOOP_OVERHEAD, around: true, demandMs: aroundMs },
    ].map((segment) => alone(segment, facts.recording, cpu)),
    batcher: batcher?.value ?? null,
    batchOf: batcher === null ? new Uint32Array(0) : batchesOf(facts, rows),
    acceptTurn: false,
    loopOrder: 'in-order',
    instances: 1,
    processes: processes.loops.length,
    processOf: Uint8Array.from(rows, (row) => processes.ofRequest[row]!),
    warmUpFactor: 1,
    cpu: cpu?.model ?? null,
  }
  return known({ model, places })
}

/** What passes a limit has turns of it in the replay, which makes the waits for them anew. */
function turnsIn(limits: readonly ConcurrencyLimit[], places: Uint32Array) {
  return {
    placeOf(stage: string): Place | null {
      const limit = limits.find((one) => one.stage === stage)
      return limit === undefined ? null : { kind: 'limited', count: limit.servers }
    },
    without(stage: string, columnMs: Float64Array): Float64Array {
      const waits = limits.filter(({ waitsIn }) => waitsIn === stage)
      if (waits.length === 0) return columnMs
      const waitedMs = (place: number) => waits.reduce((sum, { waitMs }) => sum + waitMs[place]!, 0)
      return columnMs.map((ms, i) => Math.max(0, ms - waitedMs(places[i]!)))
    },
  }
}

/** From the end of a batch until the loop takes a request up: a part of what no stage covers. */
function wayBack(facts: Facts, rows: Uint32Array, unattributedMs: Float64Array, processes: Processes): Segment {
  const { fromMs, waitMs } = waitForReturn(facts, rows, processes)
  const demandMs = waitMs.map((ms, i) => Math.min(ms, unattributedMs[i]!))
  const waking = learnWaking(fromMs, demandMs, (i) => loopOf(processes, rows[i]!))
  return { stage: HAND_OVER, place: { kind: 'elsewhere' }, demandMs, waking }
}

function unfit({ recording }: Facts, { rows, requests, errors }: Traffic): Known<never> | null {
  if (rows.length < FEWEST_REQUESTS) {
    return notEnoughData(`${rows.length} requests, at least ${FEWEST_REQUESTS} are needed: record for longer`)
  }
  if (errors > MOST_ERRORS * requests) {
    return notMeasured(`${errors} of ${requests} requests failed: record at a lower rate`)
  }
  const told = recording.meta.load?.void?.reason
  if (told !== undefined) return notMeasured(`the measurement is void: ${told}`)
  return null
}

type StageInPlace = { readonly stage: string; readonly place: Place }

/** Stages that requests pass, by when they begin, each with the place where it runs; null when batches block the loop. */
function stagesOf(facts: Facts, batched: boolean): StageInPlace[] | null {
  const placed = facts.find(stagePlacements)!
  const model = placed.get('model')
  if (batched && model !== undefined && model.onLoop > model.spans / 2 && blocks(model)) return null
  const placeOf = (stage: string, one: StagePlacement): Place => {
    if (stage === 'model' && batched) return { kind: 'device' }
    if (isInWorkers(one)) {
      return { kind: 'workers', count: workersOf(facts.recording, one), computing: isSynchronous(one) }
    }
    return stage === 'network-in' || isSynchronous(one) || blocks(one) ? { kind: 'loop' } : { kind: 'elsewhere' }
  }
  return [...placed]
    .filter(([stage]) => !isDerivedStage(stage))
    .sort(([, a], [, b]) => a.offsetMs - b.offsetMs)
    .map(([stage, one]) => ({ stage, place: placeOf(stage, one) }))
}

/** Those of the process that has the most. */
function workersOf({ threads }: Recording, { workers }: StagePlacement): number {
  const byProcess = new Map<number, number>()
  for (const thread of workers) {
    const process = threads[thread]?.process ?? NO_INDEX
    byProcess.set(process, (byProcess.get(process) ?? 0) + 1)
  }
  return Math.max(...byProcess.values())
}

function computingStages(names: readonly string[], stages: readonly StageInPlace[]): ReadonlySet<number> {
  const computing = stages.filter(({ place }) => place.kind === 'workers' && place.computing)
  return new Set(computing.map(({ stage }) => names.indexOf(stage)))
}

/** The segment with the times that its work would take on a core of its own. */
function alone(segment: Segment, { spans, stages }: Recording, cpu: LearntCpu | null): Segment {
  const { place, stage, demandMs } = segment
  if (cpu === null) return segment
  if (place.kind === 'loop') return { ...segment, demandMs: demandMs.map((ms) => ms / cpu.model.loopStretch) }
  if (place.kind !== 'workers' || !place.computing) return segment
  const id = stages.indexOf(stage)
  let [tookMs, workMs] = [0, 0]
  for (let i = 0; i < spans.count; i++) {
    if (spans.stage[i] !== id) continue
    tookMs += spans.endMs[i]! - spans.startMs[i]!
    workMs += cpu.workMs(spans.startMs[i]!, spans.endMs[i]!)
  }
  return tookMs > 0 ? { ...segment, demandMs: demandMs.map((ms) => (ms * workMs) / tookMs) } : segment
}
