import { expect, test } from 'vitest'
import { orderStatistics, quantile, quantiles } from './quantile.js'
import { seededRandom } from './random.js'

test('a quantile is the smallest value with at least that share of values at or below it', () => {
  const twenty = Float64Array.from({ length: 20 }, (_, i) => 20 - i)
  expect(quantiles(twenty, [0, 0.05, 0.5, 0.95, 1])).toEqual([1, 1, 10, 19, 20])
})

test('selection agrees with sorting, duplicates included, and leaves the values as they are', () => {
  const random = seededRandom(7)
  for (const n of [1, 2, 3, 10, 1000, 4999]) {
    const values = Float64Array.from({ length: n }, () => Math.floor(random() * 40))
    const before = values.slice()
    const sorted = values.slice().sort()
    const ranks = [1, Math.ceil(n / 2), n, Math.ceil(n / 3)]
    expect(orderStatistics(values, ranks)).toEqual(ranks.map((rank) => sorted[rank - 1]))
    expect(values).toEqual(before)
  }
})

test('there is no quantile of nothing', () => {
  expect(quantile(new Float64Array(), 0.95)).toBeNaN()
})
