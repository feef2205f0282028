import { expect, it } from 'vitest'
import { synthesize } from '../../../fixtures/recordings/synthetic.js'
import { batching } from '../../facts/batching.js'
import { factsOf } from '../../facts/fact.js'
import { learnHandover } from './learn-handover.js'

const BATCHER = { capacity: 8, maxWaitMs: 8, slots: 1 }

/** Moves the start and end of every k-th batch that a timer released. */
function delayed(everyNth: number, byMs: number) {
  const recording = synthesize({ rate: 60, parseMs: 0.3, noise: 0, profile: false, durationMs: 20_000 })
  const { batches } = recording
  const startedMs = batches.startedMs.map((ms, b) => (b % everyNth === 0 ? ms + byMs : ms))
  const endedMs = batches.endedMs.map((ms, b) => (b % everyNth === 0 ? ms + byMs : ms))
  const facts = factsOf({ ...recording, batches: { ...batches, startedMs, endedMs } })
  return learnHandover(facts, facts.find(batching)!.rows, BATCHER)
}

it('a timer that is always late keeps batches open, one that is late now and then holds closed ones', () => {
  const always = delayed(1, 1)
  expect(always.lateMs).toBeGreaterThan(0.9)
  expect(Math.max(...always.handover.timerMs)).toBeLessThan(1)
  const seldom = delayed(10, 3)
  expect(seldom.lateMs).toBeLessThan(0.5)
  expect(Math.max(...seldom.handover.timerMs)).toBeGreaterThan(2)
})

it('with too few batches to tell there is no delay', () => {
  const facts = factsOf(synthesize({ rate: 60, profile: false, durationMs: 20_000 }))
  const { rows } = facts.find(batching)!
  const { lateMs, handover } = learnHandover(facts, rows.subarray(0, 10), BATCHER)
  expect(lateMs).toBe(0)
  expect(handover.timerMs.length + handover.turnMs.length).toBe(0)
})
