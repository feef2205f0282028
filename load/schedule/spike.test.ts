import { expect, test } from 'vitest'
import { spikeArrivals } from './spike.js'

const spike = { rate: 100, factor: 3, beforeMs: 10_000, spikeMs: 5000, afterMs: 10_000, seed: 1 }

test('a spike has the base rate before and after it, and the multiple of it inside', () => {
  const times = spikeArrivals(spike)
  const perSecond = (fromMs: number, toMs: number) =>
    times.filter((ms) => ms >= fromMs && ms < toMs).length / ((toMs - fromMs) / 1000)
  expect(Math.abs(perSecond(0, 10_000) - 100)).toBeLessThan(10)
  expect(Math.abs(perSecond(10_000, 15_000) - 300)).toBeLessThan(25)
  expect(Math.abs(perSecond(15_000, 25_000) - 100)).toBeLessThan(10)
  expect(times).toEqual(times.slice().sort())
  expect(times.at(-1)).toBeLessThan(25_000)
})

test('the same seed gives the same spike', () => {
  expect(spikeArrivals(spike)).toEqual(spikeArrivals(spike))
  expect(spikeArrivals({ ...spike, seed: 2 })).not.toEqual(spikeArrivals(spike))
})
