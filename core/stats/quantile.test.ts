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

test('among many values a sample leads to the same ones as sorting, whatever the values', () => {
  const random = seededRandom(8)
  const n = 20_000
  const made: Readonly<Record<string, (i: number) => number>> = {
    skewed: () => -Math.log(1 - random()),
    ascending: (i) => i,
    descending: (i) => -i,
    alike: () => 7,
    few: () => Math.floor(4 * random()),
    zeros: (i) => (i % 2 === 0 ? 0 : -0),
    extreme: (i) => [Number.NEGATIVE_INFINITY, random(), Number.POSITIVE_INFINITY, -random()][i % 4]!,
    peaked: (i) => (i === 100 ? 1e300 : random()),
  }
  for (const [name, valueAt] of Object.entries(made)) {
    const values = Float64Array.from({ length: n }, (_, i) => valueAt(i))
    const sorted = values.slice().sort()
    const ranks = [1, 2, 600, n / 2, Math.ceil(0.95 * n), n - 1, n]
    const found = orderStatistics(values, ranks)
    expect(
      found.map((value, k) => value === sorted[ranks[k]! - 1]!),
      name,
    ).toEqual(ranks.map(() => true))
  }
})

test('there is no quantile of nothing', () => {
  expect(quantile(new Float64Array(), 0.95)).toBeNaN()
})
