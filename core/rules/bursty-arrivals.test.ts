import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { factsOf } from '../facts/fact.js'
import { burstyArrivals } from './bursty-arrivals.js'

const CAUSE = { parseMs: 0.1, rate: 100, burst: 30, slaP95Ms: 60 } as const
const judge = (options: Parameters<typeof synthesize>[0]) => burstyArrivals.judge(factsOf(synthesize(options)))

test.each([0, 0.15, 0.5])('it fires on its cause with service times varying by %d', (noise) => {
  expect(judge({ ...CAUSE, noise })).toMatchObject({
    verdict: 'fired',
    confidence: expect.stringMatching(/medium|high/),
  })
})

test('it stays clear on steady saturation', () => {
  expect(judge({ parseMs: 0.1, rate: 400, deviceFixedMs: 2, devicePerItemMs: 2.1 })).toMatchObject({ verdict: 'clear' })
})

test('a handful of requests is not enough data', () => {
  expect(judge({ ...CAUSE, rate: 10, durationMs: 3000 })).toMatchObject({ verdict: 'not-enough-data' })
})

test('a service seen from outside only is not measured', () => {
  expect(judge({ ...CAUSE, observed: 'client', durationMs: 5000 })).toMatchObject({ verdict: 'not-measured' })
})

test('independent arrivals are no bursts', () => {
  expect(judge({})).toMatchObject({ verdict: 'clear' })
})

test('bursts that are carried within the target are worth low confidence at most', () => {
  expect(judge({ parseMs: 0.1, rate: 60, burst: 12 })).toMatchObject({ confidence: 'low' })
})
