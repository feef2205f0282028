import { expect, test } from 'vitest'
import { formatCount, formatMs, formatShare, MISSING } from './numbers.js'

test('a value that was not measured is a dash, a measured zero is not', () => {
  for (const format of [formatMs, formatShare, formatCount]) {
    expect([null, Number.NaN].map(format)).toEqual([MISSING, MISSING])
    expect(format(0)).not.toBe(MISSING)
  }
})
