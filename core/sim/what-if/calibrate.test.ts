import { describe, expect, it } from 'vitest'
import { withIdleLost } from '../../../fixtures/recordings/idle-lost.js'
import { synthesize } from '../../../fixtures/recordings/synthetic.js'
import type { SyntheticOptions } from '../../../fixtures/recordings/synthetic-options.js'
import { factsOf } from '../../facts/fact.js'
import { AWAITED, type Recording, SPAN_SYNC, type SpanTable } from '../../model/recording.js'
import { mean } from '../../stats/mean.js'
import { calibrate } from './calibrate.js'
import { LOOP_OVERHEAD } from './learn-service.js'
import type { ServiceModel } from './service-model.js'

const QUIET: Partial<SyntheticOptions> = { profile: false }

function calibrated(options: Partial<SyntheticOptions>) {
  return calibratedOn(synthesize({ ...QUIET, ...options }))
}

function calibratedOn(recording: Recording) {
  const found = calibrate(factsOf(recording))
  if (!found.known) throw new Error(found.reason)
  return found.value
}

/** Those of a service in which only HTTP is observed. */
function onlyAsynchronous(spans: SpanTable): SpanTable {
  const isKept = (_: number, i: number) => i < spans.count && (spans.flags[i]! & SPAN_SYNC) === 0
  const columns = Object.entries(spans).map(([name, column]) =>
    typeof column === 'number' ? [name, 0] : [name, column.filter(isKept)],
  )
  const kept = Object.fromEntries(columns)
  return { ...kept, count: kept.stage.length }
}

function overheadMs({ segments }: ServiceModel): number {
  return mean(segments.find(({ stage }) => stage === LOOP_OVERHEAD)!.demandMs)
}

describe('calibrate', () => {
  it.each<[string, Partial<SyntheticOptions>]>([
    ['a busy event loop', {}],
    ['moderate load', { rate: 150 }],
    ['a cheap body', { parseMs: 0.4 }],
    ['a worker pool', { preprocessWorkers: 2, preprocessMs: 6 }],
    ['a device of larger batches', { rate: 120, maxWaitMs: 20 }],
    ['a model without batches', { maxBatch: 0, rate: 150 }],
    ['constant arrivals', { arrivals: 'constant' }],
    ['a call of another service', { parseMs: 1.5, rate: 150, downstreamMs: 60 }],
    ['requests that piled up in the warm-up', { rate: 400, parseMs: 0.3, maxBatch: 4, coldStartMs: 600 }],
    ['something awaited in no stage', { parseMs: 1.5, rate: 150, unattributedMs: 60 }],
  ])('reproduces the recording of %s it has learnt from within 5 %% at p50 and p95', (_, options) => {
    const { errors } = calibrated(options)
    expect(Math.abs(errors.p50)).toBeLessThan(0.05)
    expect(Math.abs(errors.p95)).toBeLessThan(0.05)
  })

  it('reproduces a service without a single stage that awaits something, whatever each request awaits', () => {
    const { spans, ...recording } = synthesize({ ...QUIET, parseMs: 4, rate: 60, maxBatch: 0, unattributedMs: 150 })
    const { errors, model } = calibratedOn({ ...recording, spans: onlyAsynchronous(spans) })
    expect(Math.abs(errors.p50)).toBeLessThan(0.05)
    expect(Math.abs(errors.p95)).toBeLessThan(0.05)
    expect(model.segments.find(({ stage }) => stage === AWAITED)!.place).toEqual({ kind: 'elsewhere' })
  })

  it.each([
    ['half', 60],
    ['three quarters', 90],
  ])('reproduces a service that awaits a call while its loop works for others %s of the time', (_, rate) => {
    const { errors } = calibrated({ parseMs: 8, rate, maxBatch: 0, awaitedMs: 20, noise: 0.5 })
    expect(Math.abs(errors.p50)).toBeLessThan(0.08)
    expect(Math.abs(errors.p95)).toBeLessThan(0.08)
  })

  it('takes habits that only waits of microseconds would tell to be the usual ones', () => {
    const { model } = calibrated({ parseMs: 0.05, rate: 60, maxBatch: 4, maxWaitMs: 2 })
    expect(model).toMatchObject({
      acceptTurn: false,
      loopOrder: 'rounds',
      batcher: { whileBusy: 'gather', timerOnLoop: false },
    })
  })

  it('learns the demands and the device that made the recording', () => {
    const { segments, batcher } = calibrated({ preprocessWorkers: 2, preprocessMs: 6 }).model
    const placed = Object.fromEntries(segments.map(({ stage, place }) => [stage, place]))
    expect(placed).toMatchObject({
      deserialize: { kind: 'loop' },
      preprocess: { kind: 'workers', count: 2, computing: true },
      model: { kind: 'device' },
      serialize: { kind: 'loop' },
    })
    expect(mean(segments.find(({ stage }) => stage === 'deserialize')!.demandMs)).toBeCloseTo(3.75, 1)
    expect(batcher).toMatchObject({ maxBatch: 8, maxWaitMs: 8, slots: 1 })
    expect(batcher!.fit.interceptMs).toBeCloseTo(2.4, 0)
    expect(batcher!.fit.slopeMs).toBeCloseTo(1.6, 0)
  })

  it('is not misled by the windows of a CPU profile, in which a loop counts most of its waiting as work', () => {
    const recording = synthesize({ parseMs: 0.4 })
    const { errors, model } = calibratedOn(withIdleLost(recording, 0.7))
    expect(Math.abs(errors.p95)).toBeLessThan(0.05)
    const [before, after] = [calibratedOn(recording).model, model].map(overheadMs)
    expect(after).toBeCloseTo(before!, 1)
  })

  it('places a model call that blocks the event loop on it, though it returns a promise', () => {
    const { segments } = calibrated({ modelOnLoop: true, maxBatch: 0, rate: 60 }).model
    expect(segments.find(({ stage }) => stage === 'model')!.place).toEqual({ kind: 'loop' })
  })

  it.each<[string, Partial<SyntheticOptions>, RegExp]>([
    ['the service was seen from outside only', { observed: 'client' }, /no agent/],
    ['there are few requests', { durationMs: 1000 }, /at least 500 are needed/],
    ['requests failed', { failEvery: 10 }, /requests failed/],
    ['batches block the event loop', { modelOnLoop: true, rate: 60 }, /model in a worker thread/],
  ])('says what it lacks when %s', (_, options, reason) => {
    const found = calibrate(factsOf(synthesize({ ...QUIET, ...options })))
    expect(found).toMatchObject({ known: false, reason: expect.stringMatching(reason) })
  })

  it('does not replay a run that was void', () => {
    const recording = synthesize(QUIET)
    const load = { ...recording.meta.load!, void: { reason: 'the load generator could not keep up' } }
    const found = calibrate(factsOf({ ...recording, meta: { ...recording.meta, load } }))
    expect(found).toMatchObject({ known: false, reason: expect.stringContaining('could not keep up') })
  })
})
