import { describe, expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import type { SyntheticOptions } from '../../fixtures/recordings/synthetic-options.js'
import type { Comparison } from '../model/comparison.js'
import { compareRecordings } from './index.js'

const SHORT = { durationMs: 10_000, warmupMs: 500, samples: false, profile: false }
// Two thirds busy: the dependence between neighbours is real, and the run is long enough to see past it.
const STEADY = { ...SHORT, parseMs: 2.6 }

const run = (changes: Partial<SyntheticOptions>) => synthesize({ ...STEADY, ...changes })
const delta = (comparison: Comparison, metric: string) => comparison.endToEnd.find((one) => one.metric === metric)!
const reasons = ({ verdict }: Comparison) =>
  verdict.kind === 'not-comparable' ? verdict.reasons.map(({ id }) => id) : verdict.kind

describe('the verdict', () => {
  test('is "no detectable change" for the same recording twice', () => {
    const recording = run({})
    const comparison = compareRecordings(recording, recording)
    expect(comparison.verdict).toEqual({ kind: 'no-detectable-change' })
    expect(delta(comparison, 'p95Ms').change?.difference).toBe(0)
    expect(comparison.headline).toMatch(
      /^No detectable change: p95 \d+ ms to \d+ ms, a difference of -[\d.]+ to \+[\d.]+ ms\.$/,
    )
  })

  test.each([
    ['moderate', 2.6],
    ['heavy', 3.3],
  ])('is wrong for the same service under %s load no more often than chance allows', (_, parseMs) => {
    const service = { durationMs: 6000, observed: 'client', parseMs } as const
    let wrong = 0
    for (let seed = 1000; seed < 1080; seed += 2) {
      const { kind } = compareRecordings(run({ ...service, seed }), run({ ...service, seed: seed + 1 })).verdict
      if (kind === 'better' || kind === 'worse') wrong++
    }
    // 5 % of 40 is 2; more than 4 happens by chance once in twenty times.
    expect(wrong).toBeLessThanOrEqual(4)
  })

  test('is "better" when binary bodies replace JSON, and names the stage that moved', () => {
    const comparison = compareRecordings(synthesize(), synthesize({ parseMs: 0.1, bodyBytes: 220_000, seed: 2 }))
    expect(comparison.verdict).toEqual({ kind: 'better', because: ['p50Ms', 'p95Ms'] })
    expect(comparison.headline).toMatch(/^Better: p95 \d+ ms to \d+ ms, p50 .*; most of it in event-loop-wait, -\d+ ms/)
    expect(comparison.differences).toContainEqual({ what: 'body bytes', before: '450000', after: '220000' })
  })

  test('is "worse" when the model gets slower, in p95 and in the model stage', () => {
    const comparison = compareRecordings(run({}), run({ deviceFixedMs: 8, seed: 2 }))
    expect(comparison.verdict.kind).toBe('worse')
    const model = comparison.stages.find(({ id }) => id === 'model')!
    expect(model.mean.change?.direction).toBe('worse')
    expect(model.mean.change!.interval[0]).toBeLessThan(model.mean.change!.difference)
    expect(delta(comparison, 'p95Ms').change?.ratio).toBeGreaterThan(1.05)
  })

  test('is "worse" when requests begin to fail, whatever the latency does', () => {
    const comparison = compareRecordings(run({}), run({ failEvery: 25, seed: 2 }))
    expect(comparison.verdict).toMatchObject({ kind: 'worse', because: ['errorRate'] })
    expect(delta(comparison, 'errorRate').after).toBeCloseTo(0.04, 2)
  })
})

describe('what is not comparable', () => {
  test('is another rate: figures are shown, changes are not', () => {
    const comparison = compareRecordings(run({}), run({ rate: 150 }))
    expect(reasons(comparison)).toEqual(['different-load'])
    expect(comparison.headline).toBe('Not comparable: the load was 200 requests/s before, 150 after.')
    expect(delta(comparison, 'p95Ms')).toMatchObject({ before: expect.any(Number), change: null })
    expect(comparison.stages.every(({ mean }) => mean.change === null)).toBe(true)
  })

  test('is another kind of arrivals', () => {
    expect(reasons(compareRecordings(run({}), run({ arrivals: 'constant' })))).toEqual(['different-load'])
  })

  test('is a void run', () => {
    const good = run({})
    const load = { ...good.meta.load!, void: { reason: 'the client was too slow' } }
    const comparison = compareRecordings(good, { ...good, meta: { ...good.meta, load } })
    expect(comparison.headline).toBe('Not comparable: after is void: the client was too slow.')
  })

  test('is a run with too few requests for a p95, or with none', () => {
    expect(reasons(compareRecordings(run({}), run({ durationMs: 200 })))).toContain('too-few-requests')
    const { requests, ...rest } = run({})
    expect(reasons(compareRecordings(run({}), { ...rest, requests: { ...requests, count: 0 } }))).toEqual([
      'too-few-requests',
    ])
  })

  test('is an overloaded run that looks better, but not one that is proven worse', () => {
    const overloaded = run({ parseMs: 6 })
    expect(compareRecordings(run({}), overloaded).verdict.kind).toBe('worse')
    expect(compareRecordings(overloaded, run({})).verdict.kind).toBe('better')
    expect(reasons(compareRecordings(overloaded, run({ parseMs: 6, seed: 2 })))).toContain('unsteady')
  })
})

test('of answers that come in parts the time to the first byte is compared too, and decides nothing', () => {
  const streamed = { ...STEADY, parseMs: 0.1, rate: 60, streamMs: 400, noise: 0 } as const
  const comparison = compareRecordings(synthesize(streamed), synthesize({ ...streamed, unattributedMs: 2, seed: 2 }))
  expect(comparison.endToEnd.map(({ metric }) => metric)).toEqual([
    'p50Ms',
    'p90Ms',
    'p95Ms',
    'p99Ms',
    'firstByteP50Ms',
    'firstByteP95Ms',
    'meanMs',
    'throughputRps',
    'errorRate',
  ])
  expect(delta(comparison, 'firstByteP50Ms')).toMatchObject({ unit: 'ms', change: { direction: 'worse' } })
  expect(delta(comparison, 'firstByteP95Ms').after).toBeLessThan(100)
  expect(comparison.verdict).toEqual({ kind: 'no-detectable-change' })
  expect(delta(compareRecordings(run({}), run({ seed: 2 })), 'firstByteP95Ms')).toBeUndefined()
})

test('an SLA that differs is no obstacle', () => {
  expect(compareRecordings(run({}), run({ slaP95Ms: 10, seed: 2 })).verdict.kind).toBe('no-detectable-change')
})

test('runs seen from outside are compared end to end, and their stages withheld with the reason', () => {
  const comparison = compareRecordings(
    run({ observed: 'client' }),
    run({ observed: 'client', deviceFixedMs: 8, seed: 2 }),
  )
  expect(comparison.verdict.kind).toBe('worse')
  expect(comparison.stages).toEqual([])
  expect(comparison.stagesWithheld).toMatch(/^before: no agent recorded stages/)
})

test('differences of stage means sum to the difference of the mean latency', () => {
  const comparison = compareRecordings(run({}), run({ deviceFixedMs: 4, seed: 2 }))
  const stages = comparison.stages.reduce((sum, { mean }) => sum + mean.change!.difference, 0)
  expect(stages).toBeCloseTo(delta(comparison, 'meanMs').change!.difference, 6)
})

test('the document is plain JSON: no NaN, and the same twice', () => {
  const comparison = compareRecordings(run({}), run({ seed: 2 }))
  expect(JSON.parse(JSON.stringify(comparison))).toEqual(comparison)
  expect(compareRecordings(run({}), run({ seed: 2 }))).toEqual(comparison)
})

test('a long recording is thinned for its intervals, not for its figures', () => {
  const light = { parseMs: 0.3, overheadMs: 0.1, deviceFixedMs: 1, devicePerItemMs: 0.5 }
  const long = { ...STEADY, ...light, rate: 800, durationMs: 30_000, observed: 'client' } as const
  const comparison = compareRecordings(synthesize(long), synthesize({ ...long, seed: 2 }))
  expect(comparison.before.endToEnd!.requests).toBeGreaterThan(20_000)
  expect(comparison.method.replicates).toBe(200)
  expect(comparison.verdict.kind).toBe('no-detectable-change')
})
