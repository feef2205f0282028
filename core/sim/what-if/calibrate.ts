import { type Facts, type Known, known } from '../../facts/fact.js'
import { stageColumn, stageTimes } from '../../facts/stage-times.js'
import { intervalsOf, traffic } from '../../facts/traffic.js'
import { LOOP_WAIT_STAGE } from '../../model/recording.js'
import { gather } from '../../stats/gather.js'
import { mean } from '../../stats/mean.js'
import { quantile, quantiles } from '../../stats/quantile.js'
import { learnService } from './learn-service.js'
import { EVENT_LOOP, type Replay, replay } from './replay.js'
import type { Arrivals, BatcherModel, ServiceModel } from './service-model.js'
import { slowedUntil, withWarmUp } from './warm-up.js'

export type Percentiles = { readonly p50Ms: number; readonly p95Ms: number; readonly p99Ms: number }

/** The model of a service, and how well it reproduces the recording that it was learnt from. */
export type Calibration = {
  readonly model: ServiceModel
  readonly unchanged: Replay
  /** Of the requests that are replayed. */
  readonly measured: Percentiles
  readonly simulated: Percentiles
  /** simulated / measured - 1. */
  readonly errors: { readonly p50: number; readonly p95: number; readonly p99: number }
}

/**
 * Learns the service and replays the recording unchanged, a long one in part. Three things cannot be read off a
 * recording: whether a batch that is due still takes on requests while the device is busy, whether the batcher's timer
 * waits for the event loop, and whether a request waits for the loop once or twice before it is read. Of the eight
 * combinations the one stays whose times in the batcher and waiting for the loop are nearest to the recorded ones.
 */
export function calibrate(facts: Facts): Known<Calibration> {
  const learnt = learnService(facts)
  if (!learnt.known) return learnt
  const within = (column: Float64Array) => gather(column, learnt.value.places)
  const measured = percentilesOf(within(facts.find(traffic)!.latencyMs))
  const { model, unchanged } = settled(learnt.value.model, facts, within, measured.p95Ms)
  const simulated = percentilesOf(unchanged.latencyMs)
  const errors = {
    p50: simulated.p50Ms / measured.p50Ms - 1,
    p95: simulated.p95Ms / measured.p95Ms - 1,
    p99: simulated.p99Ms / measured.p99Ms - 1,
  }
  return known({ model, unchanged, measured, simulated, errors })
}

type Fit = { readonly model: ServiceModel; readonly unchanged: Replay }

/** The habits are judged anew with what had piled up before, and that then with the habits. */
function settled(
  learnt: ServiceModel,
  facts: Facts,
  within: (column: Float64Array) => Float64Array,
  p95Ms: number,
): Fit {
  const found = nearest(learnt, facts, within)
  const present = presentAt(facts, learnt.arrivals)
  const warmedUp = withWarmUp(found, present, p95Ms)
  if (warmedUp === found.model) return found
  const model = slowedUntil(nearest(warmedUp, facts, within).model, present)
  return { model, unchanged: replay(model) }
}

/** Requests in the service when the first one that counts was due. */
function presentAt(facts: Facts, { scheduledMs, measuredFrom }: Arrivals): number {
  const { startMs, endMs } = intervalsOf(facts.recording.requests, facts.find(traffic)!.seenFrom)
  const openingMs = scheduledMs[measuredFrom]!
  let present = 0
  for (let row = 0; row < startMs.length; row++) {
    if (startMs[row]! < openingMs && endMs[row]! > openingMs) present++
  }
  return present
}

export function percentilesOf(latencyMs: Float64Array): Percentiles {
  const [p50Ms, p95Ms, p99Ms] = quantiles(latencyMs, [0.5, 0.95, 0.99])
  return { p50Ms: p50Ms!, p95Ms: p95Ms!, p99Ms: p99Ms! }
}

/** An unusual habit must explain this much more of the recording: smaller differences are chance, and mislead elsewhere. */
const UNUSUAL = 0.05

/**
 * A loop that is less busy has hardly a queue, so that its waits say nothing about the order in which it is served: it is taken to work
 * as libuv does. Recordings with loops busy to 25 % and less called the same service in order that was seen at 50 % and more to
 * work in rounds (`npm run accuracy:predict`).
 */
const TELLING_LOOP = 0.4

type Candidate = { readonly model: ServiceModel; readonly unchanged: Replay; readonly distance: number }

function nearest(learnt: ServiceModel, facts: Facts, within: (column: Float64Array) => Float64Array): Candidate {
  const times = facts.find(stageTimes)!
  const latencyMs = within(facts.find(traffic)!.latencyMs)
  const scale = { meanMs: mean(latencyMs), p95Ms: quantile(latencyMs, 0.95) }
  const loopWaitMs = within(stageColumn(times, LOOP_WAIT_STAGE))
  const batchedMs = within(stageColumn(times, 'queue'))
  const modelMs = within(stageColumn(times, 'model'))
  for (let i = 0; i < batchedMs.length; i++) batchedMs[i]! += modelMs[i]!
  const replayed = (model: ServiceModel): Candidate => {
    const unchanged = replay(model)
    const inBatcher = unchanged.batchedMs === null ? 0 : distance(unchanged.batchedMs, batchedMs, scale)
    const unusual = [model.batcher?.whileBusy === 'close', model.batcher?.timerOnLoop === true, model.acceptTurn]
    const doubtful = UNUSUAL * unusual.filter(Boolean).length
    return { model, unchanged, distance: inBatcher + distance(unchanged.loopWaitMs, loopWaitMs, scale) + doubtful }
  }
  const rounds = replayed({ ...learnt, loopOrder: 'rounds' })
  const ordered = loopUtilization(rounds.unchanged) < TELLING_LOOP ? rounds : nearer(replayed(learnt), rounds)
  return unusualOnes(ordered.model).map(replayed).reduce(nearer, ordered)
}

function loopUtilization({ utilizations }: Replay): number {
  return utilizations.find(({ resource }) => resource === EVENT_LOOP)!.utilization
}

function nearer(a: Candidate, b: Candidate): Candidate {
  return b.distance < a.distance ? b : a
}

/** The same service with every other combination of its habits. */
function unusualOnes(model: ServiceModel): ServiceModel[] {
  const { batcher } = model
  const batchers: (BatcherModel | null)[] =
    batcher === null
      ? [null]
      : (['gather', 'close'] as const).flatMap((whileBusy) =>
          [false, true].map((timerOnLoop) => ({ ...batcher, whileBusy, timerOnLoop })),
        )
  return batchers
    .flatMap((other) => [false, true].map((acceptTurn) => ({ ...model, batcher: other, acceptTurn })))
    .slice(1)
}

/** Shares of the latency: how far off a part of it is matters as much as it moves the whole. */
function distance(a: Float64Array, b: Float64Array, latency: { readonly meanMs: number; readonly p95Ms: number }) {
  return Math.abs(mean(a) - mean(b)) / latency.meanMs + Math.abs(quantile(a, 0.95) - quantile(b, 0.95)) / latency.p95Ms
}
