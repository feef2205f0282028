import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { factsOf } from '../facts/fact.js'
import { limitedConcurrency } from './limited-concurrency.js'

const CAUSE = { parseMs: 0.1, rate: 90, unattributedMs: 36, unattributedAtOnce: 4, slaP95Ms: 60 } as const
const CALLS = { parseMs: 0.1, rate: 90, downstreamMs: 36, downstreamAtOnce: 4, slaP95Ms: 60 } as const
// No batches, and next to no model: what else a service does while others have their turn blurs what is seen from outside.
const OUTSIDE = {
  parseMs: 0.1,
  rate: 80,
  unattributedMs: 10,
  unattributedAtOnce: 1,
  observed: 'client',
  slaP95Ms: 40,
  maxBatch: 0,
  deviceFixedMs: 0.1,
  devicePerItemMs: 0,
} as const

const judge = (options: Parameters<typeof synthesize>[0]) => limitedConcurrency.judge(factsOf(synthesize(options)))

test.each([0, 0.15, 0.5])('it fires on its cause with times varying by %d', (noise) => {
  expect(judge({ ...CAUSE, noise })).toMatchObject({
    verdict: 'fired',
    confidence: expect.stringMatching(/medium|high/),
    summary: expect.stringMatching(/^Something that no stage covers lets through 4 requests at a time: they wait /),
    removal: { change: 'workers.awaited=1024' },
    stage: 'unattributed',
  })
})

test('who waits for a connection to another service waits for that', () => {
  const judgement = judge(CALLS)
  expect(judgement).toMatchObject({
    verdict: 'fired',
    summary: expect.stringMatching(/^The way to another service lets through 4 requests at a time/),
    stage: 'downstream',
  })
  if (judgement.verdict !== 'fired') return
  expect(judgement.fixes[0]).toMatchObject({
    title: expect.stringContaining('maxSockets'),
    change: 'workers.downstream=8',
  })
})

test('a model that generates a few answers at a time is told by its stream', () => {
  const calls = synthesize(CALLS)
  const stages = calls.stages.map((stage) => (stage === 'downstream' ? 'stream' : stage))
  const judgement = limitedConcurrency.judge(factsOf({ ...calls, stages }))
  expect(judgement).toMatchObject({
    verdict: 'fired',
    clause: expect.stringMatching(/^what streams the answers lets through 4 requests at a time/),
    fixes: [{ title: expect.stringContaining('slots'), change: 'workers.stream=8' }, {}],
  })
})

test("of four the runtime's own pool of threads is suspected", () => {
  const titleOf = (unattributedAtOnce: number, rate: number) => {
    const judgement = judge({ ...CAUSE, unattributedAtOnce, rate })
    return judgement.verdict === 'fired' ? judgement.fixes[0]!.title : judgement.reason
  }
  expect(titleOf(4, 90)).toContain('UV_THREADPOOL_SIZE')
  expect(titleOf(2, 48)).not.toContain('UV_THREADPOOL_SIZE')
})

test('from outside it tells how many the service answers, and whether it computes', () => {
  const recording = synthesize(OUTSIDE)
  const judgement = limitedConcurrency.judge(factsOf(recording))
  expect(judgement).toMatchObject({
    verdict: 'fired',
    clause: expect.stringMatching(/^the service answers 1 request at a time, and each waits /),
    summary: expect.stringContaining('It mostly waits meanwhile: its busiest thread'),
    fixes: [{ title: expect.stringContaining('answer more requests') }, {}],
  })
  expect(judgement).not.toMatchObject({ stage: expect.anything() })
  const { samples } = recording
  const cpu = samples.seriesInfo.findIndex(({ metric }) => metric === 'thread.cpu')
  const value = samples.value.map((one, i) => (samples.series[i] === cpu ? 0.8 : one))
  expect(limitedConcurrency.judge(factsOf({ ...recording, samples: { ...samples, value } }))).toMatchObject({
    summary: expect.stringContaining('It computes meanwhile: its busiest thread uses 80 % of a core'),
    fixes: [{ title: expect.stringContaining('more processes') }, {}],
  })
})

test('it stays clear where everybody waits at once', () => {
  expect(judge({ ...CAUSE, unattributedAtOnce: 0 })).toMatchObject({ verdict: 'clear' })
  expect(judge({ ...CALLS, downstreamAtOnce: 0 })).toMatchObject({ verdict: 'clear' })
})

test('it stays clear where the limit is hardly met', () => {
  const seldom = judge({ ...CAUSE, unattributedAtOnce: 8, rate: 120 })
  expect(seldom).toMatchObject({ verdict: 'clear' })
})

test('it stays clear on batches, a full loop and workers that others know', () => {
  expect(judge({ parseMs: 0.1, rate: 400, deviceFixedMs: 2, devicePerItemMs: 2.1 })).toMatchObject({ verdict: 'clear' })
  expect(judge({ parseMs: 0.1, overheadMs: 4.1 })).toMatchObject({ verdict: 'clear' })
  expect(judge({ parseMs: 0.1, rate: 60, untimedWorkMs: 12 })).toMatchObject({ verdict: 'clear' })
  expect(judge({ parseMs: 0.1, rate: 220, preprocessMs: 12, preprocessWorkers: 3 })).toMatchObject({ verdict: 'clear' })
})

test('a handful of requests is not enough data', () => {
  expect(judge({ ...CAUSE, rate: 20, durationMs: 2000 })).toMatchObject({ verdict: 'not-enough-data' })
})

test('requests that fail leave it open', () => {
  expect(judge({ ...CAUSE, failEvery: 10 })).toMatchObject({ verdict: 'not-measured' })
})
