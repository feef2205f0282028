import { expect, test } from 'vitest'
import { fitLine } from './line-fit.js'

test('service_time(b) = 2.4 + 1.6 b is recovered from exact values', () => {
  const fit = fitLine([1, 2, 4, 8], [4, 5.6, 8.8, 15.2])!
  expect(fit.intercept).toBeCloseTo(2.4, 9)
  expect(fit.slope).toBeCloseTo(1.6, 9)
  expect(fit.r2).toBeCloseTo(1, 9)
  expect(fit.residualSd).toBeCloseTo(0, 6)
})

test('a single batch size has no slope', () => {
  expect(fitLine([8, 8, 8], [1, 2, 3])).toBeNull()
  expect(fitLine([], [])).toBeNull()
})
