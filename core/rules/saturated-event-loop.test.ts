import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { factsOf } from '../facts/fact.js'
import { saturatedEventLoop } from './saturated-event-loop.js'

const CAUSE = {}
const judge = (options: Parameters<typeof synthesize>[0]) => saturatedEventLoop.judge(factsOf(synthesize(options)))

test.each([0, 0.15, 0.5])('it fires on its cause with service times varying by %d', (noise) => {
  expect(judge({ ...CAUSE, noise })).toMatchObject({
    verdict: 'fired',
    confidence: expect.stringMatching(/medium|high/),
  })
})

test('it stays clear on a whole host that is busy, its threads waiting for a core', () => {
  expect(judge({ cores: 1, runQueueWait: 0.4 })).toMatchObject({ verdict: 'clear' })
})

test('it stays clear where the loop shares its core with others on a host that has free ones', () => {
  expect(judge({ runQueueWait: 0.4 })).toMatchObject({
    verdict: 'clear',
    reason: expect.stringContaining('no core 40 %'),
  })
})

test('a handful of requests is not enough data', () => {
  expect(judge({ ...CAUSE, rate: 10, durationMs: 3000 })).toMatchObject({ verdict: 'not-enough-data' })
})

test('a service seen from outside only is not measured', () => {
  expect(judge({ ...CAUSE, observed: 'client', durationMs: 5000 })).toMatchObject({ verdict: 'not-measured' })
})

test('it says what fills the loop', () => {
  expect(judge({})).toMatchObject({ summary: expect.stringMatching(/It is filled by deserialize 7\d %/) })
})

test('it says that code in no stage does, and where to look for it', () => {
  const judgement = judge({ parseMs: 0.1, rate: 50, untimedWorkMs: 17, slaP95Ms: 60 })
  expect(judgement).toMatchObject({
    summary: expect.stringMatching(/It is filled by .*code that no stage covers 8\d %\.$/),
  })
  const fixes = judgement.verdict === 'fired' ? judgement.fixes.map(({ title }) => title) : []
  expect(fixes[0]).toMatch(/^Make readBody \(service\.mjs:\d+\) cheaper or rarer$/)
  const staged = judge({})
  expect(staged.verdict === 'fired' && staged.fixes.some(({ title }) => title.includes('cheaper or rarer'))).toBe(false)
})
