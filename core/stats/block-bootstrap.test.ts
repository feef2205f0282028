import { describe, expect, test } from 'vitest'
import { BLOCKS, blockBootstrap, quantileDifferenceError } from './block-bootstrap.js'
import { seededRandom } from './random.js'

const uniform = (n: number, seed: number) => {
  const random = seededRandom(seed)
  return Float64Array.from({ length: n }, () => random())
}

/** First-order autoregression: its mean is sqrt((1 + phi) / (1 - phi)) as uncertain as that of independent values. */
const dependent = (n: number, phi: number, seed: number) => {
  const noise = uniform(n, seed)
  let last = 0
  return noise.map((value) => {
    last = phi * last + (value - 0.5)
    return last
  })
}

describe('the block bootstrap', () => {
  test('agrees with theory for independent values: mean and median', () => {
    const n = 20_000
    const { mean, quantiles } = blockBootstrap(uniform(n, 1), [0.5], 400, 1)
    // Of a uniform variate: sd of the mean sqrt(1/12n), of the median 1/(2 sqrt n). 20 blocks know it to a sixth.
    expect(mean.standardError / Math.sqrt(1 / (12 * n))).toBeCloseTo(1, 0)
    expect(quantiles[0]!.standardError / (0.5 / Math.sqrt(n))).toBeCloseTo(1, 0)
  })

  test('sees the dependence of neighbours, which resampling one by one would miss', () => {
    const n = 20_000
    const { mean } = blockBootstrap(dependent(n, 0.9, 2), [], 400, 1)
    const independent = Math.sqrt(1 / 12 / (1 - 0.81) / n)
    expect(mean.standardError / independent).toBeGreaterThan(2.5)
    expect(mean.standardError / independent).toBeLessThan(7)
  })

  test('says when one rush makes the whole tail', () => {
    const values = uniform(1000, 3)
    values.fill(10, 400, 450)
    expect(blockBootstrap(values, [0.951], 50, 1).quantiles[0]!.blocks).toBeCloseTo(1, 0)
    expect(blockBootstrap(uniform(1000, 3), [0.5], 50, 1).quantiles[0]!.blocks).toBeGreaterThan(18)
  })

  test('gives several quantiles in the order asked for, and the same for the same seed', () => {
    const values = uniform(500, 4)
    const [high, low] = blockBootstrap(values, [0.9, 0.1], 100, 7).quantiles
    expect([low]).toEqual(blockBootstrap(values, [0.1], 100, 7).quantiles)
    expect([high]).toEqual(blockBootstrap(values, [0.9], 100, 7).quantiles)
  })

  test('what two series share does not make their difference uncertain', () => {
    const values = dependent(5000, 0.9, 5)
    const shifted = values.map((value) => value - 3)
    const single = blockBootstrap(values, [0.95], 100, 1).quantiles[0]!.standardError
    expect(quantileDifferenceError(values, shifted, 0.95, 100, 1)).toBeLessThan(single / 1000)
    const strangers = quantileDifferenceError(values, dependent(5000, 0.9, 6), 0.95, 100, 1)
    expect(strangers).toBeGreaterThan(single)
    expect(quantileDifferenceError(new Float64Array(3), new Float64Array(3), 0.95, 10, 1)).toBeNaN()
  })

  test('has no error for values that never differ, and an unknown one for fewer values than blocks', () => {
    expect(blockBootstrap(new Float64Array(100), [0.95], 10, 1).mean.standardError).toBe(0)
    const few = blockBootstrap(new Float64Array(BLOCKS - 1), [0.95], 10, 1)
    expect(few.mean.standardError).toBeNaN()
    expect(few.quantiles[0]!.standardError).toBeNaN()
  })
})
