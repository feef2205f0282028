import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { diagnose } from '../diagnose.js'
import { factsOf } from '../facts/fact.js'
import { cpuThrottling } from './cpu-throttling.js'

const CAUSE = { parseMs: 1.2, cpuLoss: 0.55, cpuTaker: 'quota', slaP95Ms: 40 } as const
const judge = (options: Parameters<typeof synthesize>[0]) => cpuThrottling.judge(factsOf(synthesize(options)))

test.each([0, 0.15, 0.5])('it fires on its cause with service times varying by %d', (noise) => {
  expect(judge({ ...CAUSE, noise })).toMatchObject({
    verdict: 'fired',
    confidence: expect.stringMatching(/medium|high/),
  })
})

test('it stays clear on time that the hypervisor steals', () => {
  expect(judge({ parseMs: 1.2, cpuLoss: 0.55, cpuTaker: 'hypervisor', slaP95Ms: 40 })).toMatchObject({
    verdict: 'clear',
  })
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

test('the work that the quota slows down is not blamed for it', () => {
  const { culprit, findings } = diagnose(synthesize(CAUSE))
  expect(culprit).toBe('cpu-throttling')
  expect(findings.map(({ id }) => id)).not.toContain('json-parsing')
})
