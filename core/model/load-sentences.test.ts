import { expect, test } from 'vitest'
import { bindingSentence } from './load-sentences.js'

const sentence = (maxPassingRps: number, firstFailingRps: number) =>
  bindingSentence({ maxPassingRps, firstFailingRps, bindingConstraint: 'p95' })

test('a rate that passed once and failed once is told apart from a bracket', () => {
  expect(sentence(18, 20)).toBe('highest passing rate 18 requests/s, first failing 20 requests/s; binding: p95')
  expect(sentence(18, 18)).toMatch(/first failing 18 requests\/s \(near the knee chance decides\); binding: p95$/)
})
