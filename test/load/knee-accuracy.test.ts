import { expect, test } from 'vitest'
import { exponential } from '../../core/stats/random.js'
import { levelTime } from '../../load/search/level-time.js'
import { searchKnee } from '../../load/search/search.js'
import { measured, type Service, serverOf } from './virtual-service.js'

/** Not those by which the interval was widened (load/search/knee.ts): these begin elsewhere. */
const FIRST_SEED = 1_000_003
const SEARCHES = 60

/**
 * Services of one server whose knee is known: M/D/1 by Erlang's formula for the waiting time (test/bench/knee.mjs), M/M/1 by
 * P(T > t) = exp(-(mu - lambda) t). The least shares of 60 searches, in virtual time, in which the knee is within 5 % and the
 * 95 % interval holds it. Exponential service times spread late requests over fewer, longer bunches.
 */
test.each([
  { name: 'M/D/1, 2 ms', service: serverOf(() => 2), limitMs: 24, kneeRps: 437.1, within: 0.95, covered: 0.92 },
  { name: 'M/D/1, 1 ms', service: serverOf(() => 1), limitMs: 20, kneeRps: 925, within: 0.95, covered: 0.9 },
  {
    name: 'M/M/1, limit 40 ms',
    service: exponentialOf(2),
    limitMs: 40,
    kneeRps: mm1Knee(2, 40),
    within: 0.85,
    covered: 0.9,
  },
  {
    name: 'M/M/1, limit 100 ms',
    service: exponentialOf(2),
    limitMs: 100,
    kneeRps: mm1Knee(2, 100),
    within: 0.85,
    covered: 0.9,
  },
])(
  '$name: the knee is found, its interval is honest, and the search ends within 80 seconds',
  async (known) => {
    const found = await Promise.all(Array.from({ length: SEARCHES }, (_, i) => search(known, FIRST_SEED + 1000 * i)))
    const within = found.filter(({ rps }) => Math.abs(rps / known.kneeRps - 1) <= 0.05).length / SEARCHES
    const covered = found.filter(({ low, high }) => low <= known.kneeRps && known.kneeRps <= high).length / SEARCHES
    const meanSeconds = found.reduce((sum, { seconds }) => sum + seconds, 0) / SEARCHES
    expect(within).toBeGreaterThanOrEqual(known.within)
    expect(covered).toBeGreaterThanOrEqual(known.covered)
    expect(meanSeconds).toBeLessThan(80)
  },
  60_000,
)

async function search({ service, limitMs }: { service: Service; limitMs: number }, seed: number) {
  const targets = { latency: [{ name: 'p95', until: 'last-byte', limitMs, allowed: 0.05 } as const], errorRate: null }
  const measure = measured(service, targets)
  let seconds = 0
  const { knee } = await searchKnee(
    async (request) => {
      const level = measure(request)
      const { warmupMs } = levelTime(request.rate, targets, request.step)
      // Beside its time, a level takes about 0.3 s until its last answers are told, and 0.3 s for the service to recover.
      seconds += (warmupMs + level.durationMs + 300 + (level.constraint === null ? 0 : 300)) / 1000
      return level
    },
    { startRps: 100, maxRps: 100_000, precision: 0.04, targets: targets.latency, seed },
  )
  if (knee.kind !== 'point') return { rps: Number.NaN, low: Number.NaN, high: Number.NaN, seconds }
  const [low, high] = knee.intervalRps
  return { rps: knee.rps, low, high, seconds }
}

function exponentialOf(meanMs: number): Service {
  return serverOf((random) => exponential(random, meanMs))
}

function mm1Knee(meanMs: number, limitMs: number): number {
  return 1000 / meanMs - (Math.log(20) / limitMs) * 1000
}
