import { expect, test } from 'vitest'
import { formatDifference } from './difference.js'

test.each([
  ['ms', -3.71, -3.58, '-3.7 to -3.6 ms'],
  ['ms', -0.0004, 0.0012, '-0.4 to +1.2 µs'],
  ['ms', -0.1, 0.234, '-0.10 to +0.23 ms'],
  ['ms', -2100, 12, '-2.1 to 0 s'],
  ['rps', -26.3, 9.1, '-26 to +9/s'],
  ['fraction', 0.01, 0.043, '+1.0 to +4.3 %'],
] as const)('a range in %s from %d to %d reads %s', (unit, low, high, text) => {
  expect(formatDifference([low, high], unit)).toBe(text)
})
