import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { factsOf } from '../facts/fact.js'
import { jsonParsing } from './json-parsing.js'

const CAUSE = {}
const judge = (options: Parameters<typeof synthesize>[0]) => jsonParsing.judge(factsOf(synthesize(options)))

test.each([0, 0.15, 0.5])('it fires on its cause with service times varying by %d', (noise) => {
  expect(judge({ ...CAUSE, noise })).toMatchObject({
    verdict: 'fired',
    confidence: expect.stringMatching(/medium|high/),
  })
})

test('it stays clear on a hot preprocess stage on the same event loop', () => {
  expect(judge({ parseMs: 0.1, preprocessMs: 3.8 })).toMatchObject({ verdict: 'clear' })
})

test('a handful of requests is not enough data', () => {
  expect(judge({ ...CAUSE, rate: 10, durationMs: 3000 })).toMatchObject({ verdict: 'not-enough-data' })
})

test('a service seen from outside only is not measured', () => {
  expect(judge({ ...CAUSE, observed: 'client', durationMs: 5000 })).toMatchObject({ verdict: 'not-measured' })
})

test('binary bodies at the same rate leave it clear', () => {
  expect(judge({ parseMs: 0.1 })).toMatchObject({ verdict: 'clear' })
})

test('decoding off an idle loop is time, not a fault: low confidence without a target', () => {
  expect(judge({ rate: 30, slaP95Ms: null })).toMatchObject({ verdict: 'fired', confidence: 'low' })
})
