import { expect, test } from 'vitest'
import { histogram } from './histogram.js'

test('every value falls into one bin, the maximum into the last', () => {
  const bins = histogram(Float64Array.of(0, 1, 2, 3, 4), 4)
  expect(bins.map(({ count }) => count)).toEqual([1, 1, 1, 2])
  expect(bins[3]).toMatchObject({ from: 3, to: 4 })
})

test('equal values and no values are no special case', () => {
  expect(histogram(Float64Array.of(0, 0), 2).map(({ count }) => count)).toEqual([2, 0])
  expect(histogram(new Float64Array(), 2)).toEqual([])
})
