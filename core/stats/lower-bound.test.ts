import { expect, test } from 'vitest'
import { lowerBound } from './lower-bound.js'

test('the first value that is large enough is found, and the end where none is', () => {
  expect([0, 1, 2, 2.5, 4, 9].map((wanted) => lowerBound([1, 2, 2, 4], wanted))).toEqual([0, 0, 1, 3, 3, 4])
  expect(lowerBound([], 1)).toBe(0)
})
