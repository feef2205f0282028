import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { batchHold } from '../facts/batch-hold.js'
import { factsOf } from '../facts/fact.js'
import { longBatchWait } from './long-batch-wait.js'

const CAUSE = { parseMs: 0.1, rate: 20, maxWaitMs: 60, slaP95Ms: 50, durationMs: 40_000 }
const judge = (options: Parameters<typeof synthesize>[0]) => longBatchWait.judge(factsOf(synthesize(options)))

test.each([0, 0.15, 0.5])('it fires on its cause with service times varying by %d', (noise) => {
  expect(judge({ ...CAUSE, noise })).toMatchObject({
    verdict: 'fired',
    confidence: expect.stringMatching(/medium|high/),
  })
})

test('it stays clear on full batches that wait for a busy device', () => {
  expect(judge({ parseMs: 0.1, rate: 550, maxWaitMs: 60 })).toMatchObject({ verdict: 'clear' })
})

test('a handful of requests is not enough data', () => {
  expect(judge({ ...CAUSE, rate: 10, durationMs: 3000 })).toMatchObject({ verdict: 'not-enough-data' })
})

test('a service seen from outside only is not measured', () => {
  expect(judge({ ...CAUSE, observed: 'client', durationMs: 5000 })).toMatchObject({ verdict: 'not-measured' })
})

test('a short hold without a target is worth low confidence at most', () => {
  expect(judge({ parseMs: 0.1, rate: 20, slaP95Ms: null })).toMatchObject({ verdict: 'fired', confidence: 'low' })
})

test('a batcher that is kept from running is not the fault of its timer', () => {
  const held = (options: Parameters<typeof synthesize>[0]) =>
    Math.max(...factsOf(synthesize(options)).find(batchHold)!.heldMs)
  expect(held({ parseMs: 0.1, rate: 100, maxWaitMs: 4, gcEveryMs: 200, gcPauseMs: 60 })).toBeLessThanOrEqual(4)
  expect(held({ ...CAUSE, gcEveryMs: 200, gcPauseMs: 60 })).toBeGreaterThan(50)
})
