import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { factsOf } from '../facts/fact.js'
import { unattributedTime } from './unattributed-time.js'

const CAUSE = { parseMs: 0.1, unattributedMs: 40, slaP95Ms: 50 } as const
const judge = (options: Parameters<typeof synthesize>[0]) => unattributedTime.judge(factsOf(synthesize(options)))

test.each([0, 0.15, 0.5])('it fires on its cause with service times varying by %d', (noise) => {
  expect(judge({ ...CAUSE, noise })).toMatchObject({
    verdict: 'fired',
    confidence: expect.stringMatching(/medium|high/),
  })
})

test('it stays clear on a queue, which is a stage', () => {
  expect(judge({ parseMs: 0.1, rate: 400, deviceFixedMs: 2, devicePerItemMs: 2.1 })).toMatchObject({ verdict: 'clear' })
})

test('a handful of requests is not enough data', () => {
  expect(judge({ ...CAUSE, rate: 10, durationMs: 3000 })).toMatchObject({ verdict: 'not-enough-data' })
})

test('a service seen from outside only is not measured', () => {
  expect(judge({ ...CAUSE, observed: 'client', durationMs: 5000 })).toMatchObject({ verdict: 'not-measured' })
})

const summaryOf = (options: Parameters<typeof synthesize>[0]) => {
  const judgement = judge(options)
  if (judgement.verdict !== 'fired') throw new Error(judgement.reason)
  return { summary: judgement.summary, fixes: judgement.fixes.map(({ title }) => title) }
}

test('what was awaited is said to be that', () => {
  const { summary, fixes } = summaryOf(CAUSE)
  expect(summary).toContain('while the event loop is free: something asynchronous')
  expect(fixes).toEqual(['Wrap what the handler awaits in stage(), and record again'])
})

test.each([0, 0.15, 0.5])('code on the event loop is not said to be awaited, with times varying by %d', (noise) => {
  const { summary, fixes } = summaryOf({ parseMs: 0.1, untimedWorkMs: 14, rate: 15, slaP95Ms: 20, noise })
  expect(summary).toContain('code that nobody timed and that keeps the event loop busy meanwhile')
  expect(summary).not.toContain('asynchronous')
  expect(fixes).toEqual(['See in the flame graph of the report which code it is, wrap it in stage(), and record again'])
})

test('of both, it says how much is code', () => {
  const { summary, fixes } = summaryOf({ parseMs: 0.1, untimedWorkMs: 8, unattributedMs: 10, rate: 40, slaP95Ms: 30 })
  expect(summary).toMatch(
    /no stage: up to (8|9)(\.\d)? ms of it is code that keeps the event loop busy, the rest is awaited\.$/,
  )
  expect(fixes).toHaveLength(2)
})
