import { expect, test } from 'vitest'
import { TimeGrid } from './time-grid.js'

const grid = new TimeGrid(100, 400, 100)

test('the mean number of open intervals is an integral over each step', () => {
  // Open from 50 (before the grid) to 150, and from 180 to 420 (past it).
  expect(grid.meanOpen([50, 180], [150, 420], 2)).toEqual([0.7, 1, 1])
})

test('an interval that never ended counts nowhere', () => {
  expect(grid.meanOpen([120], [Number.NaN], 1)).toEqual([0, 0, 0])
})

test('a step without values has no mean, and missing values count nowhere', () => {
  expect(grid.means([110, 130, 210, 900], [1, 3, Number.NaN, 7])).toEqual([2, null, null])
})

test('rates are events a second, and times outside the grid are left out', () => {
  expect(grid.rates([99, 100, 199.9, 399, 400, Number.NaN], 6)).toEqual([20, 0, 10])
})
