import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { factsOf } from '../facts/fact.js'
import { coldStart } from './cold-start.js'

const CAUSE = { parseMs: 0.1, rate: 100, warmupMs: 0, coldStartMs: 2000 } as const
const judge = (options: Parameters<typeof synthesize>[0]) => coldStart.judge(factsOf(synthesize(options)))

test.each([0, 0.15, 0.5])('it fires on its cause with service times varying by %d', (noise) => {
  expect(judge({ ...CAUSE, noise })).toMatchObject({
    verdict: 'fired',
    confidence: expect.stringMatching(/medium|high/),
  })
})

test('it stays clear on a burst at the start', () => {
  expect(judge({ parseMs: 0.1, rate: 100, startBurst: 300 })).toMatchObject({ verdict: 'clear' })
})

test('a handful of requests is not enough data', () => {
  expect(judge({ ...CAUSE, rate: 10, durationMs: 3000 })).toMatchObject({ verdict: 'not-enough-data' })
})

test('a service seen from outside only is not measured', () => {
  expect(judge({ ...CAUSE, observed: 'client', durationMs: 5000 })).toMatchObject({ verdict: 'not-measured' })
})

test('a cold start within the warm-up of the load is over when it counts', () => {
  expect(judge({ ...CAUSE, warmupMs: 4000 })).toMatchObject({ verdict: 'clear' })
})
