import { expect, it } from 'vitest'
import type { LoopTimeline } from '../../facts/loop-timelines.js'
import { cpuTimeline, loopStretch, progress } from './cpu-timeline.js'

/** Busy for that share of all its time, as if read at its ends only. */
function busyFor(share: number): LoopTimeline {
  return {
    thread: 0,
    tMs: Float64Array.of(0, 100),
    owner: new Uint32Array(2),
    busyMs: Float64Array.of(0, 100 * share),
    syncMs: new Float64Array(0),
    rested: new Uint32Array(2),
    buckets: Uint32Array.of(0, 2),
    bucketsPerMs: 0,
  }
}

const NOTHING = { startMs: new Float64Array(0), endMs: new Float64Array(0) }
const cores = (count: number) => ({ cores: count, background: 0, imbalance: 0 })
const loops = (...shares: number[]) => cpuTimeline(NOTHING, shares.map(busyFor), 0, 100)

it('loops of several processes take the cores from each other while both work', () => {
  expect(loopStretch(loops(0.5), cores(1))).toBe(1)
  // Half of the time the other one works, too, at half the speed: 1 / (1/2 + 1/2 x 1/2).
  expect(loopStretch(loops(0.5, 0.5), cores(1))).toBeCloseTo(4 / 3)
  expect(loopStretch(loops(0.5, 0.5), cores(2))).toBe(1)
  // With both others at work three share two cores.
  expect(loopStretch(loops(0.5, 0.5, 0.5), cores(2))).toBeCloseTo(1 / (0.75 + 0.25 * (2 / 3)))
})

it('a thread beside them gets on as the loops let it', () => {
  const doneMs = progress(loops(0.5, 1), cores(1))
  // One or two loops work beside it.
  expect(doneMs.at(-1)! - doneMs[0]!).toBeCloseTo(100 * (0.5 / 2 + 0.5 / 3))
})
