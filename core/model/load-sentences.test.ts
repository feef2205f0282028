import { expect, test } from 'vitest'
import { bindingSentence, headroomSentence, safeSentence } from './load-sentences.js'

const sentence = (maxPassingRps: number, firstFailingRps: number) =>
  bindingSentence({ maxPassingRps, firstFailingRps, bindingConstraint: 'p95' })

test('a rate that passed once and failed once is told apart from a bracket', () => {
  expect(sentence(18, 20)).toBe('highest passing rate 18 requests/s, first failing 20 requests/s; binding: p95')
  expect(sentence(18, 18)).toMatch(/first failing 18 requests\/s \(near the knee chance decides\); binding: p95$/)
})

test('without a target an expected peak is neither passed nor beyond what passes', () => {
  const held = { peakRps: 300, headroom: null, maxPassingRps: null, sla: null } as Parameters<
    typeof headroomSentence
  >[0]
  expect(headroomSentence(held)).toBe('the expected peak of 300 requests/s cannot be judged without a target')
})

test('where nothing failed, more than the safe rate may be safe', () => {
  const found = { safeRangeRps: [28, 32], knee: null, bindingConstraint: null } as const
  const said = (firstFailingRps: number | null) =>
    safeSentence({ ...found, firstFailingRps } as Parameters<typeof safeSentence>[0])
  expect(said(60)).toBe('safe to operate at 28 to 32 requests/s (70 to 80 % of the highest passing rate)')
  expect(said(null)).toBe('safe to operate at 28 to 32 requests/s, or more (70 to 80 % of the highest passing rate)')
})
