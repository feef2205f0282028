import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { factsOf } from '../facts/fact.js'
import { gcPressure } from './gc-pressure.js'

const CAUSE = { parseMs: 0.1, gcEveryMs: 400, gcPauseMs: 60, slaP95Ms: 40 } as const
const judge = (options: Parameters<typeof synthesize>[0]) => gcPressure.judge(factsOf(synthesize(options)))

test.each([0, 0.15, 0.5])('it fires on its cause with service times varying by %d', (noise) => {
  expect(judge({ ...CAUSE, noise })).toMatchObject({
    verdict: 'fired',
    confidence: expect.stringMatching(/medium|high/),
  })
})

test('it stays clear on an event loop that JSON blocks, its collector at work beside it', () => {
  expect(judge({ gcEveryMs: 100, gcPauseMs: 4 })).toMatchObject({ verdict: 'clear' })
})

test('a handful of requests is not enough data', () => {
  expect(judge({ ...CAUSE, rate: 10, durationMs: 3000 })).toMatchObject({ verdict: 'not-enough-data' })
})

test('a service seen from outside only is not measured', () => {
  expect(judge({ ...CAUSE, observed: 'client', durationMs: 5000 })).toMatchObject({ verdict: 'not-measured' })
})

test('collections that were never observed are not measured', () => {
  expect(judge({ parseMs: 0.1, durationMs: 5000 })).toMatchObject({ verdict: 'not-measured' })
})

test('the usual price of allocating is no fault', () => {
  expect(judge({ parseMs: 0.1, gcEveryMs: 100, gcPauseMs: 3 })).toMatchObject({ verdict: 'clear' })
})
