import { expect, test } from 'vitest'
import { Counter, Counters } from './counter.js'

test('the first reading of a counter has no rate, the second has growth over time', () => {
  const counter = new Counter()
  expect(counter.perMs(100, 0)).toBeNaN()
  expect(counter.perMs(150, 100)).toBe(0.5)
  expect(counter.perMs(150, 200)).toBe(0)
})

test('a counter that went backwards gives no sample, and starts again from there', () => {
  const counter = new Counter()
  counter.perMs(100, 0)
  expect(counter.perMs(20, 100)).toBeNaN()
  expect(counter.perMs(30, 200)).toBe(0.1)
})

test('an unreadable value and a clock that stands still give no sample', () => {
  const counter = new Counter()
  counter.perMs(1, 0)
  expect(counter.perMs(2, 0)).toBeNaN()
  expect(counter.perMs(Number.NaN, 100)).toBeNaN()
  expect(counter.perMs(5, 200)).toBeNaN()
})

test('a deleted key starts again', () => {
  const counters = new Counters<string>()
  counters.perMs('a', 1, 0)
  counters.delete('a')
  expect(counters.perMs('a', 9, 10)).toBeNaN()
})
