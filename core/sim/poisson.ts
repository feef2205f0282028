import { exponential, lognormalFactor, type Random } from '../stats/random.js'

/** `count` Poisson arrivals at `rate` a second, in ms from 0. */
export function poissonArrivals(random: Random, count: number, rate: number): Float64Array {
  const arrivalMs = new Float64Array(count)
  let timeMs = 0
  for (let job = 0; job < count; job++) {
    timeMs += exponential(random, 1000 / rate)
    arrivalMs[job] = timeMs
  }
  return arrivalMs
}

/** `count` lognormal service times with this mean and coefficient of variation. */
export function lognormalTimes(random: Random, count: number, meanMs: number, cv: number): Float64Array {
  const timesMs = new Float64Array(count)
  for (let job = 0; job < count; job++) timesMs[job] = meanMs * lognormalFactor(random, cv)
  return timesMs
}
