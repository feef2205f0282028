import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { factsOf } from '../facts/fact.js'
import { deviceThrottling } from './device-throttling.js'

const CAUSE = { parseMs: 0.1, gpuClock: 0.55, gpuThrottled: true, slaP95Ms: 30 } as const
const judge = (options: Parameters<typeof synthesize>[0]) => deviceThrottling.judge(factsOf(synthesize(options)))

test.each([0, 0.15, 0.5])('it fires on its cause with service times varying by %d', (noise) => {
  expect(judge({ ...CAUSE, noise })).toMatchObject({
    verdict: 'fired',
    confidence: expect.stringMatching(/medium|high/),
  })
})

test('it stays clear on the low clocks of an idle GPU', () => {
  expect(judge({ rate: 20, parseMs: 0.5, maxWaitMs: 2, gpuClock: 0.3 })).toMatchObject({ verdict: 'clear' })
})

test('a handful of requests is not enough data', () => {
  expect(judge({ ...CAUSE, rate: 10, durationMs: 3000 })).toMatchObject({ verdict: 'not-enough-data' })
})

test('a service seen from outside only is not measured', () => {
  expect(judge({ ...CAUSE, observed: 'client', durationMs: 5000 })).toMatchObject({ verdict: 'not-measured' })
})

test('without GPU counters it is not measured', () => {
  expect(judge({ parseMs: 0.1, durationMs: 5000 })).toMatchObject({ verdict: 'not-measured' })
})

test('a clock that is low for another reason than power or heat is no throttling', () => {
  expect(judge({ ...CAUSE, gpuThrottled: false })).toMatchObject({ verdict: 'clear' })
})
