import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { factsOf } from '../facts/fact.js'
import { saturatedDevice } from './saturated-device.js'

const CAUSE = { parseMs: 0.1, rate: 400, deviceFixedMs: 2, devicePerItemMs: 2.1 } as const
const judge = (options: Parameters<typeof synthesize>[0]) => saturatedDevice.judge(factsOf(synthesize(options)))

test.each([0, 0.15, 0.5])('it fires on its cause with service times varying by %d', (noise) => {
  expect(judge({ ...CAUSE, noise })).toMatchObject({
    verdict: 'fired',
    confidence: expect.stringMatching(/medium|high/),
  })
})

test('it stays clear on a busy device behind an event loop that requests wait for even longer', () => {
  expect(judge({ rate: 225, deviceFixedMs: 3, devicePerItemMs: 2.8, maxWaitMs: 2 })).toMatchObject({ verdict: 'clear' })
})

test('a handful of requests is not enough data', () => {
  expect(judge({ ...CAUSE, rate: 10, durationMs: 3000 })).toMatchObject({ verdict: 'not-enough-data' })
})

test('a service seen from outside only is not measured', () => {
  expect(judge({ ...CAUSE, observed: 'client', durationMs: 5000 })).toMatchObject({ verdict: 'not-measured' })
})

test('it says that the queue grows when it does', () => {
  expect(judge(CAUSE)).toMatchObject({ summary: expect.stringMatching(/the queue grows/) })
})
