import { expect, test } from 'vitest'
import type { Verification } from '../../core/model/verification.js'
import { sampleDiagnosis } from '../../test/browser/sample-report.js'
import { verification } from './verification.js'

const VERIFIED: Verification = {
  changes: [{ change: 'batch.waitMs=2', title: 'wait up to 2 ms for a batch' }],
  assumptions: ['decoding took 3.6 ms from JSON'],
  before: { p50Ms: 40, p95Ms: 140, p99Ms: 200 },
  predicted: { p50Ms: 8, p95Ms: 14, p99Ms: 17, p95IntervalMs: [13, 15] },
  measured: { p50Ms: 9, p95Ms: 14.4, p99Ms: 18, p95IntervalMs: [14, 15] },
  errorP95: -0.03,
  withinInterval: true,
  slaMet: true,
}
const shown = (changes: Partial<Verification>) =>
  String(verification({ ...sampleDiagnosis(), verification: { ...VERIFIED, ...changes } }))

test('a prediction stands beside what was measured, with what it rests on', () => {
  const text = shown({})
  expect(text).toContain('The prediction, checked')
  expect(text).toContain('The prediction rests on: decoding took 3.6 ms from JSON.')
  expect(text).toContain('predicted, p95 14')
})

test('without a prediction it claims none', () => {
  const text = shown({ predicted: { withheld: 'too few' }, assumptions: [], errorP95: null, withinInterval: null })
  expect(text).toContain('The changes, measured')
  expect(text).toContain('No prediction: too few.')
  expect(text).not.toMatch(/written to disk|rests on|predicted, p95/)
})
