import { expect, test } from 'vitest'
import type { LoopTimeline } from '../../facts/loop-timelines.js'
import { learnWaking } from './learn-waking.js'

const PERIODS = 60

/** Busy from 0 to 10 of every 20 ms. */
function halfBusy(): LoopTimeline {
  const edges = Array.from({ length: 2 * PERIODS }, (_, i) => 10 * i)
  return {
    thread: 0,
    tMs: Float64Array.from(edges),
    owner: new Uint32Array(edges.length),
    busyMs: Float64Array.from(edges, (_, i) => 10 * Math.ceil(i / 2)),
    syncMs: new Float64Array(0),
    rested: new Uint32Array(edges.length),
    buckets: Uint32Array.of(0, edges.length),
    bucketsPerMs: 0,
  }
}

const place = (count: number, offsetMs: number) => Array.from({ length: count }, (_, i) => 20 * i + offsetMs)

test('a delay that began while the loop slept is a wake-up beyond what one takes that found it at work', () => {
  const fromMs = Float64Array.from([...place(30, 3), ...place(30, 14)])
  const delayMs = Float64Array.from([...new Array(30).fill(0.1), ...new Array(29).fill(0.5), 0.05])
  const { wakeMs, asleep } = learnWaking(fromMs, delayMs, halfBusy)!
  expect([...asleep]).toEqual([...new Array(30).fill(0), ...new Array(30).fill(1)])
  expect(wakeMs[0]).toBeCloseTo(0.4)
  expect(wakeMs[40]).toBeCloseTo(0.4)
  expect(wakeMs[59]).toBe(0)
})

test('one that found the loop at work would have waited as long as the last one before it that did not', () => {
  const fromMs = Float64Array.from(place(40, 14).flatMap((ms) => [ms, ms + 8]))
  const delayMs = Float64Array.from({ length: 80 }, (_, i) => (i % 2 === 0 ? i : 0))
  const { wakeMs } = learnWaking(fromMs, delayMs, halfBusy)!
  expect(wakeMs[6]).toBe(6)
  expect(wakeMs[7]).toBe(6)
})

test('a loop that is hardly ever asleep, or a way back that nothing took, says nothing', () => {
  expect(learnWaking(Float64Array.from(place(30, 3)), new Float64Array(30), halfBusy)).toBeNull()
  const away = new Float64Array(30).fill(Number.NaN)
  expect(learnWaking(away, new Float64Array(30), halfBusy)).toBeNull()
})
