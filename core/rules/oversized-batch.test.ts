import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { factsOf } from '../facts/fact.js'
import { oversizedBatch } from './oversized-batch.js'

const CAUSE = {
  parseMs: 0.1,
  rate: 115,
  maxBatch: 24,
  maxWaitMs: 140,
  deviceFixedMs: 10,
  devicePerItemMs: 4.2,
  slaP95Ms: 80,
  durationMs: 40_000,
} as const
const judge = (options: Parameters<typeof synthesize>[0]) => oversizedBatch.judge(factsOf(synthesize(options)))

test.each([0, 0.15, 0.5])('it fires on its cause with service times varying by %d', (noise) => {
  expect(judge({ ...CAUSE, noise })).toMatchObject({
    verdict: 'fired',
    confidence: expect.stringMatching(/medium|high/),
  })
})

test('it stays clear on a model that is slow at a batch of one', () => {
  expect(
    judge({
      parseMs: 0.1,
      rate: 4,
      deviceFixedMs: 10,
      devicePerItemMs: 90,
      maxWaitMs: 2,
      slaP95Ms: 90,
      durationMs: 60_000,
    }),
  ).toMatchObject({ verdict: 'clear' })
})

test('a handful of requests is not enough data', () => {
  expect(judge({ ...CAUSE, rate: 10, durationMs: 3000 })).toMatchObject({ verdict: 'not-enough-data' })
})

test('a service seen from outside only is not measured', () => {
  expect(judge({ ...CAUSE, observed: 'client', durationMs: 5000 })).toMatchObject({ verdict: 'not-measured' })
})

test('batches that leave something of the target are no fault of their size', () => {
  expect(judge({ ...CAUSE, slaP95Ms: 120 })).toMatchObject({
    verdict: 'clear',
    reason: expect.stringMatching(/run for longer than the 120 ms target/),
  })
})

test('large batches that the traffic needs are no fault', () => {
  const options = { ...CAUSE, deviceFixedMs: 30, devicePerItemMs: 3.2 }
  expect(judge(options)).toMatchObject({
    verdict: 'clear',
    reason: expect.stringMatching(/too small for this traffic/),
  })
})
