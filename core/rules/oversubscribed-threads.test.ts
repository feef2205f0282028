import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { factsOf } from '../facts/fact.js'
import { oversubscribedThreads } from './oversubscribed-threads.js'

const CAUSE = { parseMs: 1.2, cpuLoss: 0.55, cpuTaker: 'own-threads', slaP95Ms: 40 } as const
const judge = (options: Parameters<typeof synthesize>[0]) => oversubscribedThreads.judge(factsOf(synthesize(options)))

test.each([0, 0.15, 0.5])('it fires on its cause with service times varying by %d', (noise) => {
  expect(judge({ ...CAUSE, noise })).toMatchObject({
    verdict: 'fired',
    confidence: expect.stringMatching(/medium|high/),
  })
})

test('it stays clear on one busy thread', () => {
  expect(judge({})).toMatchObject({ verdict: 'clear' })
})

test('a handful of requests is not enough data', () => {
  expect(judge({ ...CAUSE, rate: 10, durationMs: 3000 })).toMatchObject({ verdict: 'not-enough-data' })
})

test('a service seen from outside only is not measured', () => {
  expect(judge({ ...CAUSE, observed: 'client', durationMs: 5000 })).toMatchObject({ verdict: 'not-measured' })
})

test('without CPU samples it is not measured', () => {
  expect(judge({ ...CAUSE, samples: false, durationMs: 5000 })).toMatchObject({ verdict: 'not-measured' })
})

test('a host that others fill is not its own doing', () => {
  expect(judge({ ...CAUSE, cpuTaker: 'neighbour' })).toMatchObject({ verdict: 'clear' })
})
