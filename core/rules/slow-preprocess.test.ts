import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { factsOf } from '../facts/fact.js'
import { slowPreprocess } from './slow-preprocess.js'

const CAUSE = { parseMs: 0.1, preprocessMs: 3.8 } as const
const judge = (options: Parameters<typeof synthesize>[0]) => slowPreprocess.judge(factsOf(synthesize(options)))

test.each([0, 0.15, 0.5])('it fires on its cause with service times varying by %d', (noise) => {
  expect(judge({ ...CAUSE, noise })).toMatchObject({
    verdict: 'fired',
    confidence: expect.stringMatching(/medium|high/),
  })
})

test('it stays clear on an asynchronous stage that waits while the loop parses for others', () => {
  expect(judge({ parseMs: 3.8, preprocessMs: 0.1 })).toMatchObject({ verdict: 'clear' })
})

test('a handful of requests is not enough data', () => {
  expect(judge({ ...CAUSE, rate: 10, durationMs: 3000 })).toMatchObject({ verdict: 'not-enough-data' })
})

test('a service seen from outside only is not measured', () => {
  expect(judge({ ...CAUSE, observed: 'client', durationMs: 5000 })).toMatchObject({ verdict: 'not-measured' })
})

test('it fires on a slow stage in worker threads that have no queue', () => {
  const options = { parseMs: 0.1, preprocessMs: 60, preprocessWorkers: 30, slaP95Ms: 70 }
  expect(judge(options)).toMatchObject({ verdict: 'fired', confidence: 'high' })
})

test('too few workers for a stage of reasonable length are not its fault', () => {
  expect(judge({ parseMs: 0.1, rate: 150, preprocessMs: 12, preprocessWorkers: 2 })).toMatchObject({ verdict: 'clear' })
})
