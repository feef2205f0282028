import { expect, test } from 'vitest'
import { effectiveSampleSize } from './effective-sample-size.js'
import { exponential, seededRandom } from './random.js'

/** Each value is repeated `run` times, so n values are worth n / run. */
function repeated(n: number, run: number, seed: number): Float64Array {
  const random = seededRandom(seed)
  const values = new Float64Array(n)
  for (let i = 0; i < n; i++) values[i] = i % run === 0 ? exponential(random, 1) : values[i - 1]!
  return values
}

test('independent values are worth nearly all of themselves', () => {
  const sizes = [1, 2, 3, 4, 5].map((seed) => effectiveSampleSize(repeated(8000, 1, seed), 0.95))
  for (const size of sizes) {
    expect(size).toBeGreaterThan(3500)
    expect(size).toBeLessThanOrEqual(8000)
  }
})

test('values that come ten alike at a time are worth about a tenth', () => {
  const sizes = [1, 2, 3, 4, 5].map((seed) => effectiveSampleSize(repeated(8000, 10, seed), 0.95))
  const middle = [...sizes].sort((a, b) => a - b)[2]!
  expect(middle).toBeGreaterThan(500)
  expect(middle).toBeLessThan(1400)
})

test('a series that only grows is worth a handful of values', () => {
  expect(
    effectiveSampleSize(
      Float64Array.from({ length: 5000 }, (_, i) => i),
      0.95,
    ),
  ).toBeLessThan(30)
})

test('a few slow values that happen to come together are no sign of likeness', () => {
  const values = Float64Array.from({ length: 400 }, (_, i) => (i === 200 || i === 201 ? 9 : i % 7))
  expect(effectiveSampleSize(values, 0.99)).toBe(400)
})

test('what is too short to tell, or all the same, counts as it is', () => {
  expect(effectiveSampleSize(new Float64Array(), 0.95)).toBe(0)
  expect(
    effectiveSampleSize(
      Float64Array.from({ length: 30 }, (_, i) => i),
      0.95,
    ),
  ).toBe(30)
  expect(effectiveSampleSize(new Float64Array(500), 0.95)).toBe(500)
})
