import { expect, test } from 'vitest'
import { coveredBetween, intervalUnion } from './interval-union.js'

const union = intervalUnion(Float64Array.of(20, 0, 5, 30), Float64Array.of(25, 10, 12, 30))

test('overlapping intervals count once, whatever their order', () => {
  expect([...union.startMs]).toEqual([0, 20])
  expect([...union.endMs]).toEqual([12, 25])
  expect(coveredBetween(union, -100, 100)).toBe(17)
})

test('only what lies between the two times counts', () => {
  expect(coveredBetween(union, 10, 22)).toBe(4)
  expect(coveredBetween(union, 13, 19)).toBe(0)
  expect(coveredBetween(union, -5, -1)).toBe(0)
})

test('nothing covers nothing', () => {
  expect(coveredBetween(intervalUnion(new Float64Array(), new Float64Array()), 0, 10)).toBe(0)
})
