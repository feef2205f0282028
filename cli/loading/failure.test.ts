import { expect, test } from 'vitest'
import type { LevelReport } from '../../core/model/load-report.js'
import { failureOf } from './failure.js'

const level = { void: null } as LevelReport
const late = { void: { cause: 'client-bound', reason: 'late sends' } } as LevelReport
const ramp = { mode: 'ramp', levels: [level], peakRps: 300, bindingConstraint: 'p95' } as const

test.each([
  { what: 'a peak that was held passes', passing: 310, failing: 330, code: null },
  { what: 'a peak beyond the first failing rate is a miss', passing: 200, failing: 220, code: 'missed' },
  { what: 'a peak that no rate comes near is a miss', passing: null, failing: 5, code: 'missed' },
  { what: 'a peak between what passed and what failed is unknown', passing: 200, failing: 400, code: 'void' },
  { what: 'a peak beyond everything that was tried is unknown', passing: 100, failing: null, code: 'void' },
])('with --check, $what', ({ passing, failing, code }) => {
  const found = { ...ramp, maxPassingRps: passing, firstFailingRps: failing }
  expect(failureOf(found, true)?.code ?? null).toBe(code)
  expect(failureOf(found, false)).toBeNull()
})

test('connections that this machine refused come with the limit to raise', () => {
  const refused = { void: { cause: 'client-bound', reason: 'refused', refused: 'EMFILE' } } as LevelReport
  const found = { ...ramp, mode: 'steps', levels: [refused], maxPassingRps: null, firstFailingRps: null } as const
  expect(failureOf(found, false)).toMatchObject({ code: 'void', hint: expect.stringMatching(/^raise ulimit -n/) })
})

test.each([
  ['nothing-measured', /^raise --duration, or hold higher rates$/],
  ['overloaded', /^hold lower rates/],
  ['all-failed', /^check the URL/],
] as const)('the hint of a load that is void by %s names what load has', (cause, hint) => {
  const level = { void: { cause, reason: 'so' } } as LevelReport
  const found = { ...ramp, mode: 'steps', levels: [level], maxPassingRps: null, firstFailingRps: null } as const
  expect(failureOf({ ...found, bindingConstraint: null }, false)).toMatchObject({
    code: 'void',
    hint: expect.stringMatching(hint),
  })
})

test('a ramp that the client ended is void, unless the peak passed before', () => {
  const found = { ...ramp, levels: [level, late], bindingConstraint: 'client', firstFailingRps: 400 } as const
  expect(failureOf({ ...found, maxPassingRps: 200 }, true)).toMatchObject({ code: 'void', message: 'late sends' })
  expect(failureOf({ ...found, maxPassingRps: 300 }, true)).toBeNull()
})
