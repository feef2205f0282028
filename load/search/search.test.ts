import { describe, expect, test } from 'vitest'
import type { Level } from '../../core/model/load-level.js'
import { exponential } from '../../core/stats/random.js'
import { hold, measured, type Service, serverOf } from '../../test/load/virtual-service.js'
import type { Targets } from './level-verdict.js'
import { type LevelRequest, type Search, type SearchPlan, searchKnee } from './search.js'

const P95_IN_40_MS: Targets = {
  latency: [{ name: 'p95', until: 'last-byte', limitMs: 40, allowed: 0.05 }],
  errorRate: null,
}

/** M/D/1 with a service time of 4 ms: 250 a second at most. */
const fixedTime = serverOf(() => 4)
/** M/M/1 with a mean of 2 ms. */
const exponentialTime = serverOf((random) => exponential(random, 2))

describe('searchKnee', () => {
  test('finds the knee of a service with a fixed service time within 5 % for every seed', async () => {
    for (let seed = 0; seed < 8; seed++) {
      const search = await find(fixedTime, { seed: seed * 100 })
      // M/D/1: the p95 of 10 service times is met up to a utilization of 0.848 (test/bench/knee.mjs has the closed form).
      expect(search.knee.kind).toBe('point')
      if (search.knee.kind === 'point') expect(Math.abs(search.knee.rps / 212 - 1)).toBeLessThan(0.05)
      expect(search.firstFailingRps! / search.maxPassingRps!).toBeLessThan(1.2)
      expect(search.bindingConstraint).toBe('p95')
    }
  })

  test('finds it in a noisier service, and says how well it knows it', async () => {
    const search = await find(exponentialTime, { seed: 5 })
    // M/M/1: P(T > t) = exp(-(mu - lambda) t), so p95 = 40 ms at mu - lambda = ln(20) / 40 ms.
    const expected = 500 - (Math.log(20) / 40) * 1000
    expect(search.knee.kind).toBe('point')
    if (search.knee.kind === 'point') {
      expect(Math.abs(search.knee.rps / expected - 1)).toBeLessThan(0.05)
      const [low, high] = search.knee.intervalRps
      // How often it does, and how wide it is: test/load/knee-accuracy.test.ts.
      expect(low).toBeLessThan(expected)
      expect(high).toBeGreaterThan(expected)
    }
  })

  test('finds where first bytes come late, and names them, though whole answers have time', async () => {
    const streamed: Service = (...level) => {
      const { endMs: firstByteMs } = fixedTime(...level)
      return { firstByteMs, endMs: firstByteMs.map((ms) => ms + 300) }
    }
    const firstByte = { name: 'ttft.p95', until: 'first-byte', limitMs: 40, allowed: 0.05 } as const
    const whole = { name: 'p95', until: 'last-byte', limitMs: 1000, allowed: 0.05 } as const
    for (const latency of [[firstByte], [whole, firstByte]]) {
      const search = await find(streamed, { targets: { latency, errorRate: null } })
      expect(search.bindingConstraint).toBe('ttft.p95')
      expect(search.knee.kind).toBe('point')
      if (search.knee.kind === 'point') expect(Math.abs(search.knee.rps / 212 - 1)).toBeLessThan(0.05)
    }
  })

  test('reports a cliff as an interval', async () => {
    const search = await find((rate, dueMs) => ({ endMs: dueMs.map((ms) => ms + (rate > 170 ? 500 : 5)) }))
    expect(search.knee.kind).toBe('cliff')
    if (search.knee.kind === 'cliff') {
      const [low, high] = search.knee.intervalRps
      expect(low).toBeLessThanOrEqual(170)
      expect(high).toBeGreaterThan(170)
      expect(high / low).toBeLessThan(1.05)
    }
  })

  test('names errors as what binds where answers begin to fail, and calls that a cliff', async () => {
    const search = await find(
      (rate, dueMs, random) => ({
        endMs: dueMs.map((ms) => ms + 5),
        failed: Uint8Array.from(dueMs, () => (rate > 90 && random() < 0.3 ? 1 : 0)),
      }),
      { targets: { ...P95_IN_40_MS, errorRate: 0.001 } },
    )
    expect(search).toMatchObject({ bindingConstraint: 'errors', knee: { kind: 'cliff' } })
  })

  test('says so when no rate passes, after trying lower ones', async () => {
    const search = await find((_, dueMs) => ({ endMs: dueMs.map((ms) => ms + 60) }))
    expect(search).toMatchObject({ maxPassingRps: null, bindingConstraint: 'p95', knee: { kind: 'none-passes' } })
    expect(search.levels.map(({ rate }) => rate)).toEqual([20, 10, 5, 2.5, 1.25, 0.625])
  })

  test('finds a rate below a start that was too high', async () => {
    const search = await find(fixedTime, { startRps: 900 })
    expect(search.maxPassingRps).toBeGreaterThan(190)
    expect(search.maxPassingRps).toBeLessThan(235)
  })

  test('stops at the highest rate allowed when everything passes', async () => {
    const search = await find((_, dueMs) => ({ endMs: dueMs.map((ms) => ms + 1) }), { maxRps: 300 })
    expect(search).toMatchObject({
      maxPassingRps: 300,
      firstFailingRps: null,
      bindingConstraint: null,
      knee: { kind: 'not-reached', triedRps: 300 },
    })
    expect(search.levels.map(({ rate }) => rate)).toEqual([20, 40, 80, 160, 300])
  })

  test('tries a level twice that the client could not drive, and names the client when it is so again', async () => {
    const asked: number[] = []
    const bound = (rate: number): Partial<Level> =>
      rate > 100 ? { constraint: 'client', slaMet: null, void: { cause: 'client-bound', reason: 'late sends' } } : {}
    const search = await find(
      (_, dueMs) => ({ endMs: dueMs.map((ms) => ms + 1) }),
      {},
      (level, { rate }) => {
        asked.push(rate)
        return { ...level, ...bound(rate) }
      },
    )
    expect(asked.slice(0, 5)).toEqual([20, 40, 80, 160, 160])
    expect(search.bindingConstraint).toBe('client')
    expect(search.maxPassingRps).toBeGreaterThan(95)
    // What the client cannot drive says nothing about the service: there is no point to repeat it.
    expect(search.levels.filter(({ rate }) => rate === search.firstFailingRps)).toHaveLength(1)
  })

  test('tries a level twice that is unstable though nothing was late, with other arrivals', async () => {
    const seeds: number[] = []
    const search = await find(
      (_, dueMs) => ({ endMs: dueMs.map((ms) => ms + 1) }),
      { maxRps: 80 },
      (level, { rate, seed }) => {
        if (rate !== 40) return level
        seeds.push(seed)
        const stability = { kind: 'unstable', reason: 'the backlog grew by 1 requests a second' } as const
        return seeds.length > 1 ? level : { ...level, stability, constraint: 'p95', slaMet: false }
      },
    )
    expect(new Set(seeds).size).toBe(2)
    expect(search).toMatchObject({ maxPassingRps: 80, bindingConstraint: null })
  })

  test('keeps what it knows when it is stopped, and has nothing when that is before the first level ended', async () => {
    const stopped = async (after: number) => {
      const stop = new AbortController()
      let held = 0
      const edit = (level: Level) => {
        if (++held > after) {
          stop.abort(new Error('stopped'))
          stop.signal.throwIfAborted()
        }
        return level
      }
      return find(fixedTime, { signal: stop.signal }, edit)
    }
    const { levels, ...found } = await stopped(5)
    expect(levels.map(({ rate }) => rate)).toEqual([20, 40, 80, 160, 320])
    expect(found).toMatchObject({ maxPassingRps: 160, firstFailingRps: 320, bindingConstraint: 'p95' })
    expect((await stopped(3)).knee).toEqual({ kind: 'not-reached', triedRps: 80 })
    await expect(stopped(0)).rejects.toThrow('stopped')
  })

  test('one wrong verdict in the middle of the search is put right by the repeats', async () => {
    let lied = false
    const search = await find(fixedTime, { seed: 3 }, (level, { rate }) => {
      if (lied || rate < 225 || level.constraint === null) return level
      lied = rate < 300
      return lied
        ? { ...level, constraint: null, slaMet: true, targets: [{ ...level.targets[0]!, lateFraction: 0.03 }] }
        : level
    })
    expect(search.knee.kind).toBe('point')
    if (search.knee.kind === 'point') expect(Math.abs(search.knee.rps / 212 - 1)).toBeLessThan(0.05)
  })
})

describe('a level', () => {
  test('above capacity is unstable and has no percentiles', () => {
    const level = hold(fixedTime, 300, 1, P95_IN_40_MS, 3000)
    expect(level).toMatchObject({ p50Ms: null, p95Ms: null, p99Ms: null, slaMet: false, constraint: 'p95' })
    expect(level.stability).toMatchObject({ kind: 'unstable', reason: expect.stringContaining('backlog grew by') })
  })

  test('at 80 % utilization is stable, with the throughput that was asked for', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const level = hold(fixedTime, 200, seed, P95_IN_40_MS, 10_000)
      expect(level.stability).toEqual({ kind: 'stable' })
      expect(level.throughputRps / level.offeredRps).toBeCloseTo(1, 1)
    }
  })

  test('with too few requests for a percentile has none', () => {
    const level = hold(fixedTime, 10, 1, P95_IN_40_MS, 4000)
    expect(level.p50Ms).not.toBeNull()
    expect(level.p99Ms).toBeNull()
  })

  test('is cut short only when it is clear', () => {
    const steps = [60, 215, 400].map((rate) => ({
      rate,
      cutShort: measured(fixedTime, P95_IN_40_MS)({ rate, seed: 2, step: 'doubling' }).cutShort,
    }))
    expect(steps).toEqual([
      { rate: 60, cutShort: true },
      { rate: 215, cutShort: false },
      { rate: 400, cutShort: true },
    ])
  })
})

async function find(
  service: Service,
  change: Partial<Omit<SearchPlan, 'targets'>> & { targets?: Targets } = {},
  edit: (level: Level, request: LevelRequest) => Level = (level) => level,
): Promise<Search> {
  const { targets = P95_IN_40_MS, ...plan } = change
  const measure = measured(service, targets)
  return searchKnee(async (request) => edit(measure(request), request), {
    startRps: 20,
    maxRps: 100_000,
    precision: 0.04,
    targets: targets.latency,
    seed: 1,
    ...plan,
  })
}
