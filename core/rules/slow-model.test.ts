import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { factsOf } from '../facts/fact.js'
import { slowModel } from './slow-model.js'

const CAUSE = {
  parseMs: 0.1,
  rate: 4,
  deviceFixedMs: 10,
  devicePerItemMs: 90,
  maxWaitMs: 2,
  slaP95Ms: 90,
  durationMs: 60_000,
}
const judge = (options: Parameters<typeof synthesize>[0]) => slowModel.judge(factsOf(synthesize(options)))

test.each([0, 0.15, 0.5])('it fires on its cause with service times varying by %d', (noise) => {
  expect(judge({ ...CAUSE, noise })).toMatchObject({
    verdict: 'fired',
    confidence: expect.stringMatching(/medium|high/),
  })
})

test('it stays clear on a model that is fast alone and slow in large batches', () => {
  expect(judge({ parseMs: 0.1, rate: 40, burst: 10, maxBatch: 16, maxWaitMs: 5, devicePerItemMs: 8 })).toMatchObject({
    verdict: 'clear',
  })
})

test('a handful of requests is not enough data', () => {
  expect(judge({ ...CAUSE, rate: 10, durationMs: 3000 })).toMatchObject({ verdict: 'not-enough-data' })
})

test('a service seen from outside only is not measured', () => {
  expect(judge({ ...CAUSE, observed: 'client', durationMs: 5000 })).toMatchObject({ verdict: 'not-measured' })
})

test('a large model within its target, or without one, is worth low confidence at most', () => {
  const options = { parseMs: 0.1, rate: 4, deviceFixedMs: 10, devicePerItemMs: 90, maxWaitMs: 2, durationMs: 60_000 }
  expect(judge({ ...options, slaP95Ms: null })).toMatchObject({ verdict: 'fired', confidence: 'low' })
})
