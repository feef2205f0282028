import { describe, expect, it } from 'vitest'
import { synthesize } from '../../../fixtures/recordings/synthetic.js'
import { factsOf } from '../../facts/fact.js'
import { RELEASE_REASONS, type Recording } from '../../model/recording.js'
import { learnBatcher } from './learn-batcher.js'
import { processesOf } from './processes.js'

it('batches that start beside another one tell the contention, those that start alone the service time', () => {
  const recording = synthesize({ rate: 150, parseMs: 0.3, profile: false, durationMs: 20_000 })
  const { batches } = recording
  const second = (b: number) => b % 2
  const startedMs = batches.startedMs.map((_, b) => 20 * b - 18 * second(b))
  const facts = factsOf({
    ...recording,
    batches: {
      ...batches,
      startedMs,
      endedMs: startedMs.map((ms, b) => ms + (second(b) ? 13 : 10)),
      size: batches.size.map(() => 4),
      thread: batches.thread.map((_, b) => second(b)),
    },
  })
  const learnt = learnBatcher(facts, processesOf(facts)!, null)
  if (!learnt.known) throw new Error(learnt.reason)
  const { slots, contention, seenMs, calm } = learnt.value
  expect(slots).toBe(2)
  expect(seenMs[4]).toBeCloseTo(10)
  expect(contention[1]).toBe(1)
  expect(contention[2]).toBeCloseTo(1.3)
  expect(Math.max(...calm.variation)).toBeCloseTo(1)
})

it('a rare large batch that was held up does not bend the line to sizes that were not seen', () => {
  const recording = synthesize({ rate: 150, parseMs: 0.3, profile: false, durationMs: 20_000 })
  const { batches } = recording
  // Batches of 2 are rare, and every third of them takes three times as long.
  const size = batches.size.map((_, b) => (b % 20 === 0 ? 2 : 1))
  const factor = (b: number) => (b % 60 === 0 ? 3 : 1)
  const endedMs = batches.startedMs.map((ms, b) => ms + (2 + 1.5 * size[b]!) * factor(b))
  const facts = factsOf({ ...recording, batches: { ...batches, size, endedMs } })
  const learnt = learnBatcher(facts, processesOf(facts)!, null)
  if (!learnt.known) throw new Error(learnt.reason)
  const { interceptMs, slopeMs } = learnt.value.fit
  // 1 in 60 took 10 ms more than its 5, at a mean of 3.575: 4.7 % in all.
  expect(interceptMs / 2).toBeCloseTo(1.047, 2)
  expect(slopeMs / 1.5).toBeCloseTo(1.047, 2)
})

describe('a device that has only full batches in the measured window', () => {
  const recording = synthesize({ rate: 150, parseMs: 0.3, profile: false, durationMs: 20_000 })
  const { batches, meta } = recording
  const learn = (sizeOf: (b: number) => number, loadingMs = 0) => {
    const size = batches.size.map((_, b) => sizeOf(b))
    const endedMs = batches.startedMs.map((ms, b) => ms + 2 + 1.5 * size[b]! + (b === 0 ? loadingMs : 0))
    const facts = factsOf({ ...recording, batches: { ...batches, size, endedMs } })
    const learnt = learnBatcher(facts, processesOf(facts)!, null)
    if (!learnt.known) throw new Error(learnt.reason)
    return learnt.value
  }
  const { measuredFromMs } = meta.load!

  it('has those of the warm-up to tell how the time grows with the size', () => {
    const { fit, inferred } = learn((b) => (batches.startedMs[b]! < measuredFromMs ? 1 + (b % 8) : 8))
    expect(fit.interceptMs).toBeCloseTo(2, 1)
    expect(fit.slopeMs).toBeCloseTo(1.5, 1)
    expect(inferred).toEqual([])
  })

  it('is not misled by a first batch that loaded the model', () => {
    const { fit } = learn((b) => (batches.startedMs[b]! < measuredFromMs ? 1 + (b % 8) : 8), 2000)
    expect(fit.interceptMs).toBeCloseTo(2, 1)
    expect(fit.slopeMs).toBeCloseTo(1.5, 1)
  })

  it('is said to take as long for any size where there are none', () => {
    const { fit, inferred } = learn(() => 8)
    expect(fit).toMatchObject({ interceptMs: 14, slopeMs: 0 })
    expect(inferred).toEqual(['every recorded batch had 8 requests: one of another size is taken to run as long'])
  })
})

describe('a batcher whose settings nobody recorded or declared', () => {
  const silent = (recording: Recording): Recording => ({
    ...recording,
    meta: { ...recording.meta, pipeline: {} },
    batches: {
      ...recording.batches,
      capacity: recording.batches.capacity.map(() => 0),
      maxWaitMs: recording.batches.maxWaitMs.map(() => Number.NaN),
    },
  })
  const withoutReasons = (recording: Recording): Recording => ({
    ...recording,
    batches: { ...recording.batches, reason: recording.batches.reason.map(() => RELEASE_REASONS.indexOf('unknown')) },
  })
  const busy = synthesize({ rate: 900, devicePerItemMs: 0.2, parseMs: 0.3, profile: false, durationMs: 10_000 })
  const learn = (recording: Recording) => {
    const facts = factsOf(recording)
    return learnBatcher(facts, processesOf(facts)!, null)
  }

  it.each([
    ['with', silent(busy)],
    ['without', withoutReasons(silent(busy))],
  ])('is known by its releases, %s their reasons', (_, recording) => {
    const [told, inferred] = [learn(busy), learn(recording)]
    if (!told.known || !inferred.known) throw new Error('no batcher was learnt')
    expect(inferred.value.maxBatch).toBe(told.value.maxBatch)
    expect(inferred.value.maxWaitMs / told.value.maxWaitMs).toBeCloseTo(1, 1)
    expect(told.value.inferred).toEqual([])
    expect(inferred.value.inferred).toEqual([
      expect.stringMatching(/^batches are taken to be full at 8, as \d+ of them tell$/),
      expect.stringMatching(/^max_wait is taken to be .+ ms, as \d+ releases tell$/),
    ])
  })

  it('stays unknown while no batch gets full', () => {
    const quiet = synthesize({ rate: 20, parseMs: 0.3, profile: false, durationMs: 20_000 })
    expect(learn(silent(quiet))).toMatchObject({
      known: false,
      reason: expect.stringContaining('nor do releases tell'),
    })
  })
})
