import { describe, expect, it } from 'vitest'
import { batcher, pool } from '../../test/support/one-station.js'
import { waitOfBulkServiceMs, waitOfMD1 } from '../../test/support/queueing-formulas.js'
import { mean } from '../stats/mean.js'
import { quantile } from '../stats/quantile.js'
import { exponential, lognormalFactor, seededRandom } from '../stats/random.js'
import type { Jobs, Network, Run } from './network.js'
import { poissonArrivals } from './poisson.js'
import { simulate } from './simulate.js'
import { steadyState } from './steady-state.js'

const COUNT = 200_000
const WARM_UP = 10_000

/** Poisson arrivals at `rate` a second with exponential service of `meanMs`. */
function markov(rate: number, meanMs: number): Jobs {
  const random = seededRandom(7)
  const demandMs = Float64Array.from({ length: COUNT }, () => exponential(random, meanMs))
  return { arrivalMs: poissonArrivals(seededRandom(8), COUNT, rate), demandMs }
}

function waitsOf(jobs: Jobs, { endMs }: Run): Float64Array {
  return endMs.slice(WARM_UP).map((end, i) => end - jobs.arrivalMs[WARM_UP + i]! - jobs.demandMs[WARM_UP + i]!)
}

/** Several checks of a 95 % interval would miss now and then by right: they use twice its width (99.9 %). */
function within([low, high]: readonly [number, number], value: number): void {
  expect(Math.abs(value - (low + high) / 2)).toBeLessThan(high - low)
}

/** 95 % interval of the mean of ten independent values (Student's t with 9 degrees of freedom). */
function intervalOf(values: readonly number[]): readonly [number, number] {
  const centre = mean(values)
  const half = 2.262 * Math.sqrt(mean(values.map((value) => (value - centre) ** 2)) / (values.length - 1))
  return [centre - half, centre + half]
}

describe('the simulator agrees with queueing theory', () => {
  it('M/M/1: time in the system is exponential with mean 1 / (mu - lambda)', () => {
    const jobs = markov(70, 10)
    const steady = steadyState(jobs, simulate(pool(1), jobs), WARM_UP)
    const meanMs = 1000 / (100 - 70)
    within(steady.meanIntervalMs, meanMs)
    within(steady.p95IntervalMs, meanMs * Math.log(20))
  })

  it('M/M/4: who waits at all follows Erlang C, and the wait of those is exponential', () => {
    const jobs = markov(320, 10)
    const run = simulate(pool(4), jobs)
    const offered = 3.2
    const terms = [1, offered, offered ** 2 / 2, offered ** 3 / 6]
    const last = (offered ** 4 / 24) * (4 / (4 - offered))
    const erlangC = last / (terms.reduce((sum, term) => sum + term, 0) + last)
    const drainPerMs = (400 - 320) / 1000
    within(steadyState(jobs, run, WARM_UP).meanIntervalMs, 10 + erlangC / drainPerMs)
    const waits = waitsOf(jobs, run)
    const block = (i: number) => waits.subarray((i * waits.length) / 10, ((i + 1) * waits.length) / 10)
    const blocks = Array.from({ length: 10 }, (_, i) => block(i))
    within(intervalOf(blocks.map((some) => some.filter((wait) => wait > 1e-9).length / some.length)), erlangC)
    within(intervalOf(blocks.map((some) => quantile(some, 0.95))), Math.log(erlangC / 0.05) / drainPerMs)
  })

  it('M/D/1: in 40 runs, mean and tail of the wait follow Pollaczek-Khinchine and Erlang', () => {
    const meanMs = 10 + (0.7 * 10) / (2 * 0.3)
    const tails = new Map([10, 25, 40].map((waitMs) => [waitMs, [] as number[]]))
    let held = 0
    for (let seed = 100; seed < 140; seed++) {
      const arrivalMs = poissonArrivals(seededRandom(seed), 40_000, 70)
      const jobs = { arrivalMs, demandMs: new Float64Array(40_000).fill(10) }
      const run = simulate(pool(1), jobs)
      const [low, high] = steadyState(jobs, run, WARM_UP).meanIntervalMs
      if (low < meanMs && meanMs < high) held++
      const waits = waitsOf(jobs, run)
      for (const [waitMs, shares] of tails) shares.push(waits.filter((wait) => wait <= waitMs).length / waits.length)
    }
    // The 95 % intervals of 40 runs hold the truth 38 times, give or take 1.4.
    expect(held).toBeGreaterThanOrEqual(35)
    for (const [waitMs, shares] of tails) {
      const share = mean(shares)
      const error = Math.sqrt(mean(shares.map((one) => (one - share) ** 2)) / 39)
      expect(Math.abs(share - waitOfMD1(0.07, 10, waitMs))).toBeLessThan(2 * error)
    }
  })

  it('a batch server: the mean wait is that of the M/M[1,b]/1 queue', () => {
    const [lambda, mu, b] = [0.24, 0.05, 8]
    const jobs: Jobs = {
      arrivalMs: poissonArrivals(seededRandom(5), COUNT, 1000 * lambda),
      demandMs: new Float64Array(COUNT),
    }
    const random = seededRandom(6)
    const variation = Float64Array.from({ length: COUNT }, () => exponential(random, 1))
    const serviceMs = new Float64Array(b + 1).fill(1 / mu)
    const run = simulate(batcher({ maxBatch: b, maxWaitMs: 0, serviceMs, variation }), jobs)
    // While the server is busy, n wait with probability c r^n; r solves mu r^(b+1) - (lambda + mu) r + lambda = 0.
    let r = 0.5
    for (let i = 0; i < 500; i++) r = (lambda + mu * r ** (b + 1)) / (lambda + mu)
    const c = 1 / (1 / (1 - r) + mu / lambda)
    within(steadyState(jobs, run, WARM_UP).meanIntervalMs, (c * r) / (1 - r) ** 2 / lambda + 1 / mu)
  })

  it('a batch server with constant times: the mean wait is that of the M/D[1,b]/1 queue', () => {
    const [lambda, serviceMs, b] = [0.3, 20, 8]
    const arrivalMs = poissonArrivals(seededRandom(15), COUNT, 1000 * lambda)
    const jobs: Jobs = { arrivalMs, demandMs: new Float64Array(COUNT) }
    const times = new Float64Array(b + 1).fill(serviceMs)
    const run = simulate(batcher({ maxBatch: b, maxWaitMs: 0, serviceMs: times }), jobs)
    within(steadyState(jobs, run, WARM_UP).meanIntervalMs, serviceMs + waitOfBulkServiceMs(lambda, serviceMs, b))
  })

  it('a closed loop: mean response of the machine-repairman queue M/M/1//N', () => {
    const [clients, thinkMeanMs, serviceMeanMs] = [12, 60, 8]
    const random = seededRandom(21)
    const draw = (meanMs: number) => Float64Array.from({ length: COUNT }, () => exponential(random, meanMs))
    const jobs: Jobs = { arrivalMs: new Float64Array(COUNT), demandMs: draw(serviceMeanMs) }
    const run = simulate(pool(1), jobs, { closedLoop: { clients, thinkMs: draw(thinkMeanMs) } })
    // p0 = 1 / sum N! / (N - k)! (S / Z)^k; X = (1 - p0) / S; R = N / X - Z (Kleinrock, Queueing Systems I, 3.8).
    let [sum, term] = [1, 1]
    for (let k = 0; k < clients; k++) {
      term *= (clients - k) * (serviceMeanMs / thinkMeanMs)
      sum += term
    }
    const perMs = (1 - 1 / sum) / serviceMeanMs
    within(
      steadyState({ ...jobs, arrivalMs: run.arrivalMs }, run, WARM_UP).meanIntervalMs,
      clients / perMs - thinkMeanMs,
    )
    expect(COUNT / run.lastMs / perMs).toBeCloseTo(1, 2)
  })

  it("Little's law: mean jobs in a route of three stations = rate x mean time", () => {
    const random = seededRandom(11)
    const jobs: Jobs = {
      arrivalMs: poissonArrivals(seededRandom(12), 50_000, 180),
      demandMs: Float64Array.from({ length: 200_000 }, () => 2 * lognormalFactor(random, 0.5)),
    }
    const network: Network = {
      stations: [{ kind: 'pool', servers: 1 }, { kind: 'pool', servers: 2 }, batcher({}).stations[0]!],
      route: [0, 1, 2, 0],
    }
    const { endMs, lastMs, stations } = simulate(network, jobs)
    const totalMs = endMs.reduce((sum, end, job) => sum + end - jobs.arrivalMs[job]!, 0)
    const edges = [...jobs.arrivalMs].map((timeMs) => [timeMs, 1]).concat([...endMs].map((timeMs) => [timeMs, -1]))
    edges.sort((a, z) => a[0]! - z[0]!)
    let [area, inside, beforeMs] = [0, 0, 0]
    for (const [timeMs, change] of edges) {
      area += inside * (timeMs! - beforeMs)
      inside += change!
      beforeMs = timeMs!
    }
    expect(inside).toBe(0)
    expect(area / lastMs / ((50_000 / lastMs) * (totalMs / 50_000))).toBeCloseTo(1, 6)
    expect(stations[0]!.served).toBe(100_000)
  })

  it('M/M/1 with no place to wait rejects rho / (1 + rho), as Erlang B says', () => {
    const { rejected } = simulate(pool(1, 0), markov(100, 10))
    expect(rejected / COUNT).toBeCloseTo(0.5, 2)
  })
})
