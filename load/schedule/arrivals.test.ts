import { expect, test } from 'vitest'
import { arrivalTimes, busiestSecond } from './arrivals.js'

const poisson = { arrivals: 'poisson', rate: 200, seed: 7, untilMs: 500_000 } as const

test('Poisson gaps have the mean and the variance of an exponential distribution', () => {
  const times = [...arrivalTimes(poisson)]
  const gaps = times.map((atMs, i) => atMs - (times[i - 1] ?? 0))
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length
  // 100,000 gaps of mean 5 ms: the mean's standard error is 0.016 ms, the variance's 0.22.
  expect(Math.abs(mean - 5)).toBeLessThan(0.065)
  expect(Math.abs(variance - 25)).toBeLessThan(0.9)
})

test('the same seed gives the same schedule and another seed another', () => {
  const first = [...arrivalTimes({ ...poisson, untilMs: 1000 })]
  expect([...arrivalTimes({ ...poisson, untilMs: 1000 })]).toEqual(first)
  expect([...arrivalTimes({ ...poisson, untilMs: 1000, seed: 8 })]).not.toEqual(first)
})

test('constant arrivals are evenly spaced and do not drift', () => {
  const times = [...arrivalTimes({ arrivals: 'constant', rate: 300, seed: 0, untilMs: 1_000_000 })]
  expect(times).toHaveLength(300_000)
  expect(times[0]).toBe(0)
  expect(times[299_999]).toBeCloseTo(999_996.667, 3)
})

test('senders that share a schedule send each of its requests once', () => {
  const shared = [0, 1, 2].flatMap((index) => [...arrivalTimes({ ...poisson, untilMs: 1000 }, { index, of: 3 })])
  expect(shared.sort((a, b) => a - b)).toEqual([...arrivalTimes({ ...poisson, untilMs: 1000 })])
})

test('a trace is replayed as it is and ends where the run ends', () => {
  const trace = Float64Array.of(0, 10, 10, 25, 90)
  expect([...arrivalTimes({ arrivals: { trace }, rate: Number.NaN, seed: 0, untilMs: 50 })]).toEqual([0, 10, 10, 25])
})

test('the busiest second of a trace is the one with most arrivals, wherever it begins', () => {
  const busiest = (trace: Float64Array, untilMs = 1e6) =>
    busiestSecond({ arrivals: { trace }, rate: Number.NaN, seed: 0, untilMs })
  expect(busiest(Float64Array.of(0, 400, 900, 1100, 1300, 1899, 1900, 5000))).toBe(4)
  expect(busiest(Float64Array.of(0, 400, 900, 1100, 1300, 1899, 1900, 5000), 1200)).toBe(3)
  expect(busiest(new Float64Array(0))).toBe(0)
  expect(busiestSecond(poisson)).toBe(200)
})
