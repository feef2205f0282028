import { expect, test } from 'vitest'
import {
  enoughForPercentile,
  percentileInterval,
  percentileLowerBound,
  sampleSizeForPercentile,
} from './percentile-interval.js'
import { exponential, seededRandom } from './random.js'

test('the fewest values for a percentile are those whose interval ends at observed values', () => {
  for (const [p, n] of [
    [0.5, 6],
    [0.9, 36],
    [0.95, 72],
    [0.99, 368],
  ] as const) {
    expect(sampleSizeForPercentile(p)).toBe(n)
    expect(enoughForPercentile(n, p)).toBe(true)
    expect(enoughForPercentile(n - 1, p)).toBe(false)
  }
})

test('too few values have no interval', () => {
  expect(percentileInterval(new Float64Array(71), 0.95)).toBeNull()
  expect(percentileInterval(new Float64Array(), 0.95)).toBeNull()
})

test('the interval covers the true percentile about 95 times of 100', () => {
  const random = seededRandom(3)
  const truth = -Math.log(0.05)
  let covered = 0
  for (let run = 0; run < 400; run++) {
    const [low, high] = percentileInterval(
      Float64Array.from({ length: 500 }, () => exponential(random, 1)),
      0.95,
    )!
    if (low <= truth && truth <= high) covered++
  }
  expect(covered / 400).toBeGreaterThan(0.92)
})

test('a million values have an interval of a few hundred ranks', () => {
  const [low, high] = percentileInterval(
    Float64Array.from({ length: 1_000_000 }, (_, i) => i + 1),
    0.95,
  )!
  expect(low).toBeGreaterThan(949_500)
  expect(low).toBeLessThan(949_600)
  expect(high).toBeGreaterThan(950_400)
  expect(high).toBeLessThan(950_500)
})

test('values that are worth fewer have a wider interval, and in the end only its lower end', () => {
  const values = Float64Array.from({ length: 10_000 }, (_, i) => i + 1)
  const [low, high] = percentileInterval(values, 0.95)!
  const [lower, higher] = percentileInterval(values, 0.95, 200)!
  expect(lower).toBeLessThan(low)
  expect(higher).toBeGreaterThan(high)
  expect(percentileInterval(values, 0.95, 71.9)).toBeNull()
  expect(percentileLowerBound(values, 0.95, 40)).toBe(8781)
  expect(percentileLowerBound(values, 0.95, 0.5)).toBeNull()
})
