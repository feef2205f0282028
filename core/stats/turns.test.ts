import { describe, expect, test } from 'vitest'
import { exponential, lognormalFactor, seededRandom } from './random.js'
import { turnsOf, type Visits } from './turns.js'

const COUNT = 4000

describe('a limit is found', () => {
  const CASES = [
    { servers: 1, load: 0.5 },
    { servers: 1, load: 0.9 },
    { servers: 2, load: 0.8 },
    { servers: 4, load: 0.7 },
    { servers: 4, load: 0.95 },
    { servers: 10, load: 0.9 },
    { servers: 20, load: 0.92 },
  ]
  test.each(CASES)('$servers at once, $load busy, services that vary by 15 %', ({ servers, load }) => {
    expect(turnsOf(served({ servers, load, cv: 0.15 }))?.servers).toBe(servers)
  })
  test.each(CASES)('$servers at once, $load busy, services all alike', ({ servers, load }) => {
    expect(turnsOf(served({ servers, load, cv: 0 }))?.servers).toBe(servers)
  })
  test.each(CASES)('$servers at once, $load busy, exponential services: about', ({ servers, load }) => {
    const found = turnsOf(served({ servers, load, cv: 1 }))?.servers
    expect(Math.abs(found! - servers)).toBeLessThanOrEqual(servers / 8)
  })
  test('in each of two processes', () => {
    const one = served({ servers: 3, load: 0.8, cv: 0.15 })
    const other = served({ servers: 3, load: 0.6, cv: 0.15, seed: 2 })
    const both: Visits = {
      group: [...one.startMs.map(() => 0), ...other.startMs.map(() => 1)],
      startMs: Float64Array.of(...one.startMs, ...other.startMs),
      endMs: Float64Array.of(...one.endMs, ...other.endMs),
    }
    expect(turnsOf(both)?.servers).toBe(3)
  })
})

test('waits are those of the queue in front', () => {
  const visits: Visits = {
    group: [0, 0, 0, 1],
    startMs: Float64Array.of(0, 1, 2, 3),
    endMs: Float64Array.of(10, 20, 30, 13),
  }
  const many = served({ servers: 1, load: 0.8, cv: 0.1 })
  const turns = turnsOf(many)!
  let freeMs = 0
  for (let i = 0; i < COUNT; i++) {
    expect(turns.waitMs[i]).toBeCloseTo(Math.max(0, freeMs - many.startMs[i]!), 9)
    freeMs = many.endMs[i]!
  }
  expect(turnsOf(visits)).toBeNull()
})

describe('no limit is found where', () => {
  test.each([0, 0.15, 1])('everybody is served at once, services varying by %d', (cv) => {
    for (const load of [0.5, 2, 8]) expect(turnsOf(served({ servers: Number.POSITIVE_INFINITY, load, cv }))).toBeNull()
  })
  test('a crowd slows everybody down', () => {
    expect(turnsOf(sharing(0.7, 0.15))).toBeNull()
    expect(turnsOf(sharing(0.9, 0))).toBeNull()
  })
  test('batches leave together', () => {
    for (const largest of [4, 8]) expect(turnsOf(batched(largest))).toBeNull()
  })
  test('nobody came', () => {
    expect(turnsOf({ group: [], startMs: new Float64Array(0), endMs: new Float64Array(0) })).toBeNull()
  })
})

/** Poisson arrivals at a pool; `load` is what it would be busy with one server, or a server each, of 10 ms. */
function served(options: { servers: number; load: number; cv: number; seed?: number }): Visits {
  const { servers, load, cv, seed = 1 } = options
  const random = seededRandom(seed)
  const rate = (load * (Number.isFinite(servers) ? servers : 1)) / 10
  const free: number[] = []
  let nowMs = 0
  const startMs = new Float64Array(COUNT)
  const endMs = startMs.map((_, i) => {
    nowMs += exponential(random, 1 / rate)
    startMs[i] = nowMs
    const serviceMs = cv === 1 ? exponential(random, 10) : 10 * lognormalFactor(random, cv)
    free.sort((a, b) => a - b)
    const turnMs = free.length < servers ? nowMs : Math.max(nowMs, free.shift()!)
    if (Number.isFinite(servers)) free.push(turnMs + serviceMs)
    return turnMs + serviceMs
  })
  return { group: new Uint8Array(COUNT), startMs, endMs }
}

/** One processor that all present share evenly. */
function sharing(load: number, cv: number): Visits {
  const random = seededRandom(3)
  const startMs = new Float64Array(COUNT)
  const endMs = new Float64Array(COUNT)
  const left = new Map<number, number>()
  let nowMs = 0
  let next = exponential(random, 10 / load)
  let came = 0
  while (came < COUNT || left.size > 0) {
    const shortest = [...left].reduce<[number, number] | null>((a, b) => (a === null || b[1] < a[1] ? b : a), null)
    const doneMs = shortest === null ? Number.POSITIVE_INFINITY : nowMs + shortest[1] * left.size
    const untilMs = came < COUNT ? Math.min(next, doneMs) : doneMs
    for (const [i, ms] of left) left.set(i, ms - (untilMs - nowMs) / left.size)
    nowMs = untilMs
    if (doneMs === untilMs) {
      endMs[shortest![0]] = nowMs
      left.delete(shortest![0])
      continue
    }
    startMs[came] = nowMs
    left.set(came++, 10 * lognormalFactor(random, cv))
    next = nowMs + exponential(random, 10 / load)
  }
  return { group: new Uint8Array(COUNT), startMs, endMs }
}

/** Whatever waits leaves together, up to the largest batch, 4 ms and 1 ms each. */
function batched(largest: number): Visits {
  const random = seededRandom(4)
  let nowMs = 0
  const startMs = Float64Array.from(
    { length: COUNT },
    () => (nowMs += exponential(random, (4 + largest) / largest / 0.8)),
  )
  const endMs = new Float64Array(COUNT)
  let freeMs = 0
  for (let from = 0; from < COUNT; ) {
    const beginMs = Math.max(freeMs, startMs[from]!)
    let to = from + 1
    while (to < COUNT && to - from < largest && startMs[to]! <= beginMs) to++
    freeMs = beginMs + 4 + (to - from)
    endMs.fill(freeMs, from, to)
    from = to
  }
  return { group: new Uint8Array(COUNT), startMs, endMs }
}
