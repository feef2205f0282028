import { expect, test } from 'vitest'
import { latenessOf } from './lateness.js'
import { summariseLevel } from './level-summary.js'
import { LevelWatch } from './level-watch.js'

const TARGETS = {
  latency: [{ name: 'p95', until: 'last-byte', allowed: 0.05, limitMs: 100 }],
  errorRate: null,
} as const
const WARM_UP_MS = 500
const UNTIL_MS = 5500
const LATE = { cause: 'client-bound', reason: 'late sends added 8 ms to p95, limit 7 ms', onlyLate: true } as const
const OVERLOADED = { cause: 'overloaded', reason: 'the service left 8192 requests at a time unanswered' } as const
const UNSENT = { cause: 'client-bound', reason: '900 of 1000 scheduled requests were sent' } as const

function level(latencyMs: number, reason: typeof LATE | typeof UNSENT | typeof OVERLOADED) {
  const watch = new LevelWatch(dueTimes(), WARM_UP_MS)
  watch.dueMs.forEach((dueMs, i) => {
    watch.settle(i, dueMs + latencyMs, true)
  })
  const run = { rate: 200, seed: 1, startMs: 0, cutShort: false, clientLagP99Ms: 9, void: reason }
  return summariseLevel(watch, TARGETS, run, UNTIL_MS)
}

test('answers under way keep a target on their first byte, unless they fail or it was late', () => {
  const ttft = { name: 'ttft.p95', until: 'first-byte', allowed: 0.05, limitMs: 100 } as const
  const run = { rate: 200, seed: 1, startMs: 0, cutShort: false, clientLagP99Ms: 0, void: null }
  const judged = (
    firstByteMs: number,
    settle: (watch: LevelWatch, number: number, dueMs: number) => void = () => {},
  ) => {
    const watch = new LevelWatch(dueTimes(), WARM_UP_MS)
    watch.dueMs.forEach((dueMs, i) => {
      watch.begin(i, dueMs + firstByteMs)
      settle(watch, i, dueMs)
    })
    return latenessOf(watch, ttft, UNTIL_MS + ttft.limitMs).fraction
  }
  expect(judged(60)).toBe(0)
  expect(judged(140)).toBe(1)
  expect(judged(60, (watch, i, dueMs) => watch.settle(i, dueMs + 300, i % 10 !== 0, dueMs + 60))).toBeCloseTo(0.1)
  const streamed = new LevelWatch(dueTimes(), WARM_UP_MS)
  streamed.dueMs.forEach((dueMs, i) => {
    streamed.settle(i, dueMs + 400, true, dueMs + 60)
  })
  expect(
    summariseLevel(streamed, { latency: [...TARGETS.latency, ttft], errorRate: null }, run, UNTIL_MS),
  ).toMatchObject({
    slaMet: false,
    constraint: 'p95',
    targets: [
      { name: 'p95', measuredMs: 400, lateFraction: 1 },
      { name: 'ttft.p95', measuredMs: 60, lateFraction: 0 },
    ],
  })
})

test('what was due after a level was cut short is late by no target, whichever has the longer limit', () => {
  const watch = new LevelWatch(dueTimes(), WARM_UP_MS)
  watch.dueMs.forEach((dueMs, i) => {
    if (dueMs < 3000) watch.settle(i, dueMs + 40, true)
  })
  const run = { rate: 200, seed: 1, startMs: 0, cutShort: true, clientLagP99Ms: 0, void: null }
  const p99 = { name: 'p99', until: 'last-byte', allowed: 0.01, limitMs: 2000 } as const
  const targets = { latency: [...TARGETS.latency, p99], errorRate: null }
  expect(summariseLevel(watch, targets, run, 3000)).toMatchObject({ slaMet: true, constraint: null, requests: 500 })
})

test('a level that passes though its requests were sent late passes: latency counts from the schedule', () => {
  expect(level(40, LATE)).toMatchObject({ slaMet: true, constraint: null, void: null, clientLagP99Ms: 9 })
})

test('a level that fails with late sends, or passes without all of its requests, proves nothing', () => {
  expect(level(140, LATE)).toMatchObject({ slaMet: null, constraint: 'client', void: LATE })
  expect(level(40, UNSENT)).toMatchObject({ slaMet: null, constraint: 'client', void: UNSENT })
})

test('a level whose service leaves requests unanswered fails by its target', () => {
  expect(level(140, OVERLOADED)).toMatchObject({ slaMet: false, constraint: 'p95', void: null })
  expect(level(40, OVERLOADED)).toMatchObject({ void: OVERLOADED })
})

function dueTimes(): Float64Array {
  return Float64Array.from({ length: 1100 }, (_, i) => 5 * i)
}
