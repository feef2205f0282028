import { expect, test } from 'vitest'
import { levelTime, longestSearchMs } from './level-time.js'

const targets = (limitMs: number) =>
  ({ latency: [{ name: 'p95', until: 'last-byte', allowed: 0.05, limitMs }], errorRate: null }) as const

test('a search near 200 requests a second takes a few minutes at most, one near 1 a second hours', () => {
  expect(longestSearchMs(200, targets(120), 0.04) / 60_000).toBeLessThan(3)
  expect(longestSearchMs(1, targets(5000), 0.04) / 3_600_000).toBeGreaterThan(1)
})

test('with a target on first bytes a level leaves time for whole answers, which go on beyond them', () => {
  const streamed = {
    latency: [{ name: 'ttft.p95', until: 'first-byte', allowed: 0.05, limitMs: 100 }],
    errorRate: null,
  } as const
  expect(levelTime(200, streamed, 'doubling', 2000)).toMatchObject({ warmupMs: 4000, leastMs: 12_000, mostMs: 12_000 })
  expect(levelTime(200, targets(100), 'doubling', 2000)).toEqual(levelTime(200, targets(100), 'doubling'))
})

test('it is shorter the less precise and the higher it is', () => {
  expect(longestSearchMs(1, targets(5000), 0.2)).toBeLessThan(0.9 * longestSearchMs(1, targets(5000), 0.04))
  expect(longestSearchMs(10, targets(5000), 0.04)).toBeLessThan(0.3 * longestSearchMs(1, targets(5000), 0.04))
})
