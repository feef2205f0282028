import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { factsOf } from '../facts/fact.js'
import { untimedCode } from './untimed-code.js'

const CAUSE = { parseMs: 0.1, untimedWorkMs: 12, rate: 60, slaP95Ms: 60 } as const

const judge = (options: Parameters<typeof synthesize>[0]) => untimedCode.judge(factsOf(synthesize(options)))

test.each([0, 0.15, 0.5])('it fires on its cause with times varying by %d', (noise) => {
  expect(judge({ ...CAUSE, noise })).toMatchObject({
    verdict: 'fired',
    confidence: expect.stringMatching(/medium|high/),
    removal: { change: 'stage.unattributed=0x' },
    summary: expect.stringMatching(
      /^Code that no stage covers takes 1[012](\.\d)? ms of CPU a request; it fills [67]\d %/,
    ),
  })
})

test('its cost is the wait behind it as well', () => {
  const judgement = judge({ ...CAUSE, downstreamMs: 20 })
  expect(judgement).toMatchObject({ verdict: 'fired' })
  if (judgement.verdict !== 'fired') return
  const added = judgement.removal.addedMs
  expect(Math.max(...added)).toBeGreaterThan(3 * 12)
})

test('it stays clear where the time in no stage is awaited', () => {
  expect(judge({ ...CAUSE, untimedWorkMs: 4, unattributedMs: 40 })).toMatchObject({ verdict: 'clear' })
})

test('it stays clear on a little code beside a full loop', () => {
  expect(judge({ parseMs: 3.8, untimedWorkMs: 0.2 })).toMatchObject({ verdict: 'clear' })
})

test('code that fills little of the loop is left to unattributed-time', () => {
  const own = { parseMs: 0.1, untimedWorkMs: 6, rate: 20, slaP95Ms: 15 }
  expect(judge(own)).toMatchObject({ verdict: 'clear', reason: expect.stringContaining('of the event loop') })
})

test('it stays clear on work of no request', () => {
  expect(judge({ parseMs: 0.1, overheadMs: 4.1 })).toMatchObject({ verdict: 'clear' })
})

test('a handful of requests is not enough data', () => {
  expect(judge({ ...CAUSE, rate: 40, durationMs: 1500 })).toMatchObject({ verdict: 'not-enough-data' })
})

test('a service seen from outside only is not measured', () => {
  expect(judge({ ...CAUSE, observed: 'client' })).toMatchObject({ verdict: 'not-measured' })
})
