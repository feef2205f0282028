import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { factsOf } from '../facts/fact.js'
import { slowNetwork } from './slow-network.js'

const CAUSE = { parseMs: 0.1, networkMs: 60, slaP95Ms: 50 } as const
const judge = (options: Parameters<typeof synthesize>[0]) => slowNetwork.judge(factsOf(synthesize(options)))

test.each([0, 0.15, 0.5])('it fires on its cause with service times varying by %d', (noise) => {
  expect(judge({ ...CAUSE, noise })).toMatchObject({
    verdict: 'fired',
    confidence: expect.stringMatching(/medium|high/),
  })
})

test('it stays clear on a load generator that is late itself', () => {
  expect(judge({ parseMs: 0.1, sendLagMs: 60, slaP95Ms: 50 })).toMatchObject({ verdict: 'clear' })
})

test('a handful of requests is not enough data', () => {
  expect(judge({ ...CAUSE, rate: 10, durationMs: 3000 })).toMatchObject({ verdict: 'not-enough-data' })
})

test('a service seen from outside only is not measured', () => {
  expect(judge({ ...CAUSE, observed: 'client', durationMs: 5000 })).toMatchObject({ verdict: 'not-measured' })
})

test('it says when connections are not kept', () => {
  expect(judge({ ...CAUSE, newConnectionsPerS: 190 })).toMatchObject({
    summary: expect.stringMatching(/connections are opened for each request/),
  })
})

test('a service that no client watched is not measured', () => {
  expect(judge({ ...CAUSE, observed: 'server', durationMs: 8000 })).toMatchObject({ verdict: 'not-measured' })
})

test('a long way within the target is worth low confidence at most', () => {
  expect(judge({ parseMs: 0.1, networkMs: 20 })).toMatchObject({ confidence: 'low' })
})

test('a way that takes half of the target is found beside a costlier fault', () => {
  const options = { parseMs: 0.1, networkMs: 30, unattributedMs: 200, slaP95Ms: 50 } as const
  expect(judge(options)).toMatchObject({ verdict: 'fired', confidence: 'medium' })
  expect(judge({ ...options, networkMs: 10 })).toMatchObject({ verdict: 'clear' })
})
