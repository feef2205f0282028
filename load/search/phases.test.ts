import { expect, test } from 'vitest'
import type { Level } from '../../core/model/load-level.js'
import { concludeLoad } from './conclusion.js'
import { LevelWatch } from './level-watch.js'
import { driftOf, recoveryMs } from './phases.js'

const targets = {
  latency: [{ name: 'p95', until: 'last-byte', limitMs: 100, allowed: 0.05 } as const],
  errorRate: null,
}

test('a service has recovered from a spike when requests are in time again for good', () => {
  const latency = (dueMs: number) => (dueMs < 5000 ? 20 : dueMs < 7400 ? 300 : 20)
  expect(recoveryMs(watchOf(latency), targets, 5000, 10_000)).toBe(2500)
  expect(
    recoveryMs(
      watchOf(() => 20),
      targets,
      5000,
      10_000,
    ),
  ).toBe(0)
  expect(
    recoveryMs(
      watchOf(() => 300),
      targets,
      5000,
      10_000,
    ),
  ).toBeNull()
})

test('a soak drifts when p95 climbs beyond its noise, and not when it only wavers', () => {
  const climbing = driftOf(p95s([50, 52, 55, 57, 60, 62, 65, 67, 70, 72]))
  expect(climbing).toEqual({ kind: 'drifted', share: expect.closeTo(0.36, 1) })
  expect(driftOf(p95s([50, 56, 49, 57, 52, 48, 55, 51, 54, 50]))).toEqual({ kind: 'steady' })
})

test('whether a soak drifted is unknown with too few parts, or when one has no p95', () => {
  expect(driftOf(p95s([50]))).toEqual({ kind: 'unknown' })
  expect(driftOf(p95s([50, null, 70, 80]))).toEqual({ kind: 'unknown' })
})

test('the safe rate is 70 to 80 % of the knee, and headroom what a peak leaves of the highest passing rate', () => {
  const found = { maxPassingRps: 400, firstFailingRps: 420, bindingConstraint: 'p95' } as const
  const knee = { kind: 'point', rps: 410, intervalRps: [400, 420] } as const
  expect(concludeLoad({ ...found, knee }, 300)).toMatchObject({
    safeRps: 307.5,
    safeRangeRps: [287, 328],
    headroom: 0.25,
  })
  const cliff = { kind: 'cliff', intervalRps: [400, 420] } as const
  expect(concludeLoad({ ...found, knee: cliff }, 500)).toMatchObject({ safeRps: 300, headroom: -0.25 })
  const none = { kind: 'none-passes', triedRps: 5 } as const
  expect(concludeLoad({ ...found, maxPassingRps: null, knee: none }, 300)).toMatchObject({
    safeRps: null,
    headroom: null,
  })
})

function watchOf(latencyMs: (dueMs: number) => number): LevelWatch {
  const watch = new LevelWatch(
    Float64Array.from({ length: 1000 }, (_, i) => i * 10),
    0,
  )
  for (let i = 0; i < 1000; i++) watch.settle(i, i * 10 + latencyMs(i * 10), true)
  return watch
}

function p95s(values: readonly (number | null)[]): Level[] {
  return values.map((p95Ms) => ({ p95Ms }) as Level)
}
