import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { sideBySide } from '../../test/support/side-by-side.js'
import type { Recording } from '../model/recording.js'
import { mean } from '../stats/mean.js'
import { concurrencyLimits } from './concurrency-limits.js'
import { factsOf } from './fact.js'

const SOUND = { parseMs: 0.1, rate: 90, profile: false } as const
const POOL = { ...SOUND, unattributedMs: 36, unattributedAtOnce: 4 } as const
const CALLS = { ...SOUND, downstreamMs: 36, downstreamAtOnce: 4 } as const

const limitsOf = (recording: Recording) => factsOf(recording).find(concurrencyLimits)!

test('a pool that nobody recorded is found in the time in no stage', () => {
  const [pool, ...others] = limitsOf(synthesize(POOL))
  expect(others).toEqual([])
  expect(pool).toMatchObject({ stage: 'unattributed', waitsIn: 'unattributed', servers: 4 })
  expect(pool!.serviceMs).toBeCloseTo(36, -1)
  expect(pool!.busyFraction).toBeCloseTo((90 * 0.036) / 4, 1)
  expect(mean(pool!.waitMs)).toBeGreaterThan(5)
})

test('of more requests than tell whether there is a limit, everybody waits who waited', () => {
  const [pool] = limitsOf(synthesize({ ...POOL, durationMs: 250_000 }))
  expect(pool).toMatchObject({ stage: 'unattributed', servers: 4 })
  expect(pool!.waitMs.length).toBeGreaterThan(21_000)
  expect(mean(pool!.waitMs.subarray(20_500))).toBeGreaterThan(5)
})

test('who waits before a call of another service waits for the call', () => {
  expect(limitsOf(synthesize(CALLS))).toMatchObject([{ stage: 'downstream', waitsIn: 'unattributed', servers: 4 }])
})

test('two limits are told apart, the longer wait first', () => {
  const calls = { ...CALLS, downstreamAtOnce: 0, unattributedMs: 10, unattributedAtOnce: 1 } as const
  expect(limitsOf(synthesize(calls))).toMatchObject([{ stage: 'unattributed', servers: 1 }])
})

test('each of several processes has the limit for itself', () => {
  const both = sideBySide(synthesize(POOL), synthesize({ ...POOL, seed: 2 }))
  const [pool] = limitsOf(both)
  expect(pool).toMatchObject({ servers: 4 })
  expect(pool!.busyFraction).toBeCloseTo((90 * 0.036) / 4, 1)
})

test('a wait that was recorded as a queue is one for the stage after it', () => {
  // The pool's threads are not known, as where a native addon has them.
  const pooled = synthesize({
    ...SOUND,
    rate: 220,
    preprocessMs: 12,
    preprocessWorkers: 3,
    maxBatch: 0,
    deviceFixedMs: 0.1,
    devicePerItemMs: 0,
  })
  const { spans, stages } = pooled
  const preprocess = stages.indexOf('preprocess')
  const onLoop = {
    ...spans,
    thread: spans.thread.map(() => 0),
    flags: spans.flags.map((flag, i) => (spans.stage[i] === preprocess ? 0 : flag)),
  }
  expect(limitsOf({ ...pooled, spans: onLoop })).toMatchObject([{ stage: 'preprocess', waitsIn: 'queue', servers: 3 }])
})

test.each([
  ['in no stage', POOL, 'unattributed'],
  ['before a call', CALLS, 'downstream'],
] as const)('a gap between two other stages is no part of a wait %s', (_, options, stage) => {
  const recording = synthesize({ ...options, preprocessMs: 0.2 })
  const { spans, stages } = recording
  const parse = stages.indexOf('deserialize')
  const endMs = spans.endMs.map((ms, i) => (spans.stage[i] === parse ? ms - 0.05 : ms))
  expect(limitsOf({ ...recording, spans: { ...spans, endMs } })).toMatchObject([{ stage, servers: 4 }])
})

test('nothing is found where nobody waits for a turn', () => {
  for (const options of [
    { ...POOL, unattributedAtOnce: 0 },
    { ...CALLS, downstreamAtOnce: 0 },
    { ...SOUND, awaitedMs: 30 },
  ]) {
    expect(limitsOf(synthesize(options))).toEqual([])
  }
})

test('where many requests failed it is not known', () => {
  expect(factsOf(synthesize({ ...POOL, failEvery: 20 })).get(concurrencyLimits)).toMatchObject({
    known: false,
    verdict: 'not-measured',
  })
})

test('a busy loop, which takes everybody up late, is no limit of what they await', () => {
  for (const awaited of [{ awaitedMs: 20 }, { unattributedMs: 20 }, { downstreamMs: 20 }]) {
    for (const rate of [90, 105]) {
      expect(limitsOf(synthesize({ parseMs: 8, rate, maxBatch: 0, profile: false, ...awaited }))).toEqual([])
    }
  }
})

test('a limit is found beside a loop with work to do', () => {
  expect(limitsOf(synthesize({ ...POOL, parseMs: 4 }))).toMatchObject([{ stage: 'unattributed', servers: 4 }])
})
