import { describe, expect, it } from 'vitest'
import { mean } from '../stats/mean.js'
import { exponential, seededRandom } from '../stats/random.js'
import type { CpuSpec, Jobs, Network, StationSpec } from './network.js'
import { poissonArrivals } from './poisson.js'
import { simulate } from './simulate.js'
import { slowdown } from './slowdown.js'

const THREADS: StationSpec = { kind: 'pool', servers: 1000 }
const host = (cores: number, more: Partial<CpuSpec> = {}): CpuSpec => ({
  cores,
  background: 0,
  imbalance: 0,
  stations: [0],
  ...more,
})

function ends(network: Network, ...jobs: readonly (readonly [arrivalMs: number, workMs: number])[]): number[] {
  const input: Jobs = {
    arrivalMs: Float64Array.from(jobs, ([arrivalMs]) => arrivalMs),
    demandMs: Float64Array.from(jobs, ([, workMs]) => workMs),
  }
  return [...simulate(network, input).endMs]
}

describe('threads that share cores', () => {
  const on = (cores: number, more: Partial<CpuSpec> = {}): Network => ({
    stations: [THREADS],
    route: [0],
    cpu: host(cores, more),
  })

  it('take twice as long when two work on one core, and as long as alone on two', () => {
    expect(ends(on(1), [0, 10], [0, 10])).toEqual([20, 20])
    expect(ends(on(2), [0, 10], [0, 10])).toEqual([10, 10])
  })

  it('speed up when another is done', () => {
    // Until 8 each has done 4; the second one's other 6 then take 6.
    expect(ends(on(1), [0, 4], [0, 10])).toEqual([8, 14])
    // 2 alone, then 1.5 times as long with three on two cores.
    expect(ends(on(2), [0, 4], [2, 6], [2, 2])).toEqual([5, 9, 5])
  })

  it('take longer than they should on free cores when chance puts two on one', () => {
    expect(ends(on(2, { imbalance: 0.5 }), [0, 10], [0, 10])).toEqual([15, 15])
    expect(ends(on(2, { imbalance: 0.5 }), [0, 10])).toEqual([10])
  })

  it('leave to others on the host what those use', () => {
    expect(ends(on(1, { background: 0.5 }), [0, 10])).toEqual([15])
    expect(ends(on(2, { background: 0.5 }), [0, 10])).toEqual([10])
  })

  it('do not know of each other where the station is not on the CPU', () => {
    expect(ends({ ...on(1), cpu: host(1, { stations: [] }) }, [0, 10], [0, 10])).toEqual([10, 10])
  })

  it('M/G/1 with processor sharing: the mean time is that of the work over 1 - rho, whatever its distribution', () => {
    const count = 100_000
    const arrivalMs = poissonArrivals(seededRandom(1), count, 70)
    const random = seededRandom(2)
    for (const work of [() => 10, () => exponential(random, 10)]) {
      const demandMs = Float64Array.from({ length: count }, work)
      const run = simulate(on(1), { arrivalMs, demandMs })
      const tookMs = mean(run.endMs.map((end, i) => end - arrivalMs[i]!))
      expect(tookMs / (10 / (1 - 0.7))).toBeGreaterThan(0.96)
      expect(tookMs / (10 / (1 - 0.7))).toBeLessThan(1.04)
      expect(run.cpu!.workMs).toBeCloseTo(
        demandMs.reduce((sum, ms) => sum + ms, 0),
        3,
      )
      expect(run.cpu!.tookMs).toBeCloseTo(tookMs * count, 0)
      expect(run.stations[0]!.busyMs).toBeCloseTo(tookMs * count, 0)
    }
  })
})

describe('an event loop and batches on one core', () => {
  const batches: StationSpec = {
    kind: 'batcher',
    maxBatch: 1,
    maxWaitMs: 0,
    slots: 2,
    serviceMs: Float64Array.of(0, 8),
    handover: { timerMs: new Float64Array(0), filledMs: new Float64Array(0), promptMs: 1, turnMs: new Float64Array(0) },
  }
  const network: Network = {
    stations: [{ kind: 'pool', servers: 1 }, batches],
    route: [0, 1],
    cpu: host(1, { stations: [0, 1] }),
  }
  const jobs: Jobs = { arrivalMs: Float64Array.of(0, 0), demandMs: Float64Array.of(2, 0, 2, 0) }

  it('slow each other down, but not while a batch is on its way to its thread', () => {
    // The first batch begins at 3, beside the loop until 5, is alone until 6, and has 6 left beside the second one.
    expect([...simulate(network, jobs).endMs]).toEqual([18, 20])
  })

  it('leave a trace of when batches really ended', () => {
    const { trace, endMs } = simulate(network, jobs, { trace: true })
    expect([...trace!.batches.endedMs.subarray(0, 2)]).toEqual([...endMs])
    expect([...trace!.batches.startedMs.subarray(0, 2)]).toEqual([3, 6])
  })
})

describe('slowdown', () => {
  it('rises from one party to an equal share of the cores without a jump', () => {
    for (const cores of [1, 2, 4]) {
      for (const imbalance of [0, 1 / cores]) {
        const at = (parties: number) => slowdown(parties, { cores, background: 0, imbalance })
        expect(at(1)).toBe(1)
        expect(at(cores + 1)).toBeCloseTo((cores + 1) / cores)
        expect(at(3 * cores)).toBeCloseTo(3)
        for (let parties = 0.1; parties < 3 * cores; parties += 0.1) {
          expect(at(parties + 0.1)).toBeGreaterThanOrEqual(at(parties))
          expect(at(parties + 0.1) - at(parties)).toBeLessThan(0.11)
        }
      }
    }
  })
})
