import { expect, test } from 'vitest'
import { summariseLevel } from './level-summary.js'
import { LevelWatch } from './level-watch.js'

const TARGETS = { latency: [{ name: 'p95', allowed: 0.05, limitMs: 100 }], errorRate: null } as const
const WARM_UP_MS = 500
const UNTIL_MS = 5500
const LATE = { cause: 'client-bound', reason: 'late sends added 8 ms to p95, limit 7 ms', onlyLate: true } as const
const OVERLOADED = { cause: 'overloaded', reason: 'the service left 8192 requests at a time unanswered' } as const
const UNSENT = { cause: 'client-bound', reason: '900 of 1000 scheduled requests were sent' } as const

function level(latencyMs: number, reason: typeof LATE | typeof UNSENT | typeof OVERLOADED) {
  const watch = new LevelWatch(
    Float64Array.from({ length: 1100 }, (_, i) => 5 * i),
    WARM_UP_MS,
  )
  watch.dueMs.forEach((dueMs, i) => {
    watch.settle(i, dueMs + latencyMs, true)
  })
  const run = { rate: 200, seed: 1, startMs: 0, cutShort: false, clientLagP99Ms: 9, void: reason }
  return summariseLevel(watch, TARGETS, run, UNTIL_MS)
}

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
