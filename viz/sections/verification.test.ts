import { expect, test } from 'vitest'
import type { Verification } from '../../core/model/verification.js'
import { verificationOf, withheldVerification } from '../../test/support/verification.js'
import { verification } from './verification.js'

const shown = (verified: Verification) => String(verification(verified, 120))

test('a prediction stands beside what was measured, with what it rests on', () => {
  const text = shown(verificationOf())
  expect(text).toContain('The prediction, checked')
  expect(text).toContain('The prediction rests on: decoding this tensor took 3.6 ms from JSON')
  expect(text).toContain('predicted, p95 14')
})

test('labels are drawn over the line of the SLA, which they interrupt', () => {
  const text = shown(verificationOf())
  const labels = [...text.matchAll(/<text class="axis halo"[^>]*>(\w+), p95/g)]
  expect(labels.map(([, name]) => name)).toEqual(['before', 'predicted', 'measured'])
  expect(labels[0]!.index).toBeGreaterThan(text.indexOf('class="sla"'))
})

test('the name of an SLA near the edge stays inside', () => {
  expect(String(verification(verificationOf(), 2))).toMatch(/class="sla-label"[^>]* text-anchor="start"/)
})

test('without a prediction it claims none', () => {
  const text = shown(withheldVerification('too few'))
  expect(text).toContain('The changes, measured')
  expect(text).toContain('No prediction: too few.')
  expect(text).not.toMatch(/rests on|predicted, p95/)
})
