import { expect, test } from 'vitest'
import { parseSla } from '../options/sla.js'
import { shortfallOf } from './shortfall.js'

const plan = (rate: number, durationMs: number, sla: string | null = null, arrivals: unknown = 'poisson') =>
  ({ load: { rate, durationMs, arrivals }, sla: sla === null ? null : parseSla(sla) }) as Parameters<
    typeof shortfallOf
  >[0]

test('a load that is too short for a p95 is said to be, with what it lacks and how long would do', () => {
  expect(shortfallOf(plan(5, 6000))).toEqual({
    text: 'about 30 requests are due, too few for a p95 (72), a p99 (368), predictions of fixes (500): --duration 109s would do',
    decisive: true,
  })
})

test('a p99 decides only where it is a target', () => {
  expect(shortfallOf(plan(20, 15_000, 'p95=1s'))).toMatchObject({
    text: expect.stringContaining('about 300 requests are due, too few for a p99 (368), predictions'),
    decisive: false,
  })
  expect(shortfallOf(plan(20, 15_000, 'p99=1s'))).toMatchObject({ decisive: true })
  expect(shortfallOf(plan(20, 30_000, 'p99.9=1s'))).toEqual({
    text: 'about 600 requests are due, too few for a p99.9 (3,688): --duration 191s would do',
    decisive: true,
  })
})

test('nothing is said where there are enough, or where nobody knows how many come', () => {
  expect(shortfallOf(plan(20, 30_000))).toBeNull()
  expect(shortfallOf(plan(5, 6000, null, { trace: [] }))).toBeNull()
  expect(
    shortfallOf({ load: { own: { method: null } }, sla: null } as unknown as Parameters<typeof shortfallOf>[0]),
  ).toBeNull()
})
