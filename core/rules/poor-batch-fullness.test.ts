import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { batching } from '../facts/batching.js'
import { factsOf } from '../facts/fact.js'
import { holdConfidence } from './batch-hold-limits.js'
import { longBatchWait } from './long-batch-wait.js'
import { poorBatchFullness } from './poor-batch-fullness.js'

const CAUSE = {}
const judge = (options: Parameters<typeof synthesize>[0]) => poorBatchFullness.judge(factsOf(synthesize(options)))

test.each([0, 0.15, 0.5])('it fires on its cause with service times varying by %d', (noise) => {
  expect(judge({ ...CAUSE, noise })).toMatchObject({
    verdict: 'fired',
    confidence: expect.stringMatching(/medium|high/),
  })
})

test('it stays clear on light traffic, where small batches are right', () => {
  expect(judge({ rate: 20, parseMs: 0.1 })).toMatchObject({ verdict: 'clear' })
})

test('a handful of requests is not enough data', () => {
  expect(judge({ ...CAUSE, rate: 10, durationMs: 3000 })).toMatchObject({ verdict: 'not-enough-data' })
})

test('a service seen from outside only is not measured', () => {
  expect(judge({ ...CAUSE, observed: 'client', durationMs: 5000 })).toMatchObject({ verdict: 'not-measured' })
})

test('part-empty batches in front of a busy device are found by the load that full ones would take away', () => {
  const options = { parseMs: 0.1, rate: 280, maxWaitMs: 0, deviceFixedMs: 3, devicePerItemMs: 0.5 }
  expect(judge(options)).toMatchObject({ verdict: 'fired', harm: 'capacity' })
})

test('a device that is too small for its traffic is not a matter of fullness', () => {
  expect(judge({ parseMs: 0.1, rate: 400, deviceFixedMs: 2, devicePerItemMs: 2.2 })).toMatchObject({ verdict: 'clear' })
})

test('a long timer whose hold is small beside a costlier fault is not left to a rule that stays clear', () => {
  const options = { parseMs: 3.9, maxWaitMs: 10, deviceFixedMs: 2.2, devicePerItemMs: 1.4 }
  const facts = factsOf(synthesize(options))
  expect(longBatchWait.judge(facts)).toMatchObject({ verdict: 'clear' })
  expect(poorBatchFullness.judge(facts)).toMatchObject({ verdict: 'fired' })
})

test('a small hold beside a costlier fault is worth more than low confidence only where it outlasts a run of the device', () => {
  const beside = { downstreamMs: 60, parseMs: 0.1, rate: 200, slaP95Ms: 50 } as const
  const outlasting = { ...beside, maxWaitMs: 4, deviceFixedMs: 1.5, devicePerItemMs: 0.3 }
  expect(judge(outlasting)).toMatchObject({ verdict: 'fired', confidence: 'medium' })
  const batches = factsOf(synthesize(outlasting)).find(batching)!
  const missed = { state: 'missed', limitMs: 50, p95Ms: 100 } as const
  expect(holdConfidence(2, 100, missed, batches)).toBe('medium')
  expect(holdConfidence(2, 100, missed, { ...batches, maxWaitMs: 1 })).toBe('low')
  expect(holdConfidence(20, 100, missed, { ...batches, maxWaitMs: 1 })).toBe('medium')
  expect(holdConfidence(20, 100, missed, batches)).toBe('high')
})
