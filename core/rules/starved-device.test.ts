import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { factsOf } from '../facts/fact.js'
import { starvedDevice } from './starved-device.js'

const CAUSE = { parseMs: 0.1, rate: 150, preprocessMs: 12, preprocessWorkers: 2 }
const judge = (options: Parameters<typeof synthesize>[0]) => starvedDevice.judge(factsOf(synthesize(options)))

test.each([0, 0.15, 0.5])('it fires on its cause with service times varying by %d', (noise) => {
  expect(judge({ ...CAUSE, noise })).toMatchObject({
    verdict: 'fired',
    confidence: expect.stringMatching(/medium|high/),
  })
})

test('it stays clear on a device that idles because there is no traffic', () => {
  expect(judge({ parseMs: 0.1, rate: 20, preprocessMs: 12, preprocessWorkers: 2 })).toMatchObject({ verdict: 'clear' })
})

test('a handful of requests is not enough data', () => {
  expect(judge({ ...CAUSE, rate: 10, durationMs: 3000 })).toMatchObject({ verdict: 'not-enough-data' })
})

test('a service seen from outside only is not measured', () => {
  expect(judge({ ...CAUSE, observed: 'client', durationMs: 5000 })).toMatchObject({ verdict: 'not-measured' })
})

test('a loaded pool that keeps up does not starve the device', () => {
  expect(judge({ parseMs: 0.1, rate: 150, preprocessMs: 12, preprocessWorkers: 6 })).toMatchObject({ verdict: 'clear' })
})
