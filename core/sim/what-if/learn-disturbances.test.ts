import { describe, expect, it } from 'vitest'
import { synthesize } from '../../../fixtures/recordings/synthetic.js'
import type { SyntheticOptions } from '../../../fixtures/recordings/synthetic-options.js'
import { batching } from '../../facts/batching.js'
import { type Facts, factsOf } from '../../facts/fact.js'
import { busyUpTo, loopTimelines } from '../../facts/loop-timelines.js'
import { quantile } from '../../stats/quantile.js'
import { latenessAfter } from '../handover.js'
import { learnDisturbances } from './learn-disturbances.js'
import { processesOf } from './processes.js'

const BATCHER = { capacity: 8, maxWaitMs: 8, slots: 1 }
const SETTINGS: Partial<SyntheticOptions> = { noise: 0, profile: false, durationMs: 20_000 }

const loopOf = (facts: Facts) => [...facts.find(loopTimelines)!.values()][0]!

function learn(facts: Facts, capacity = BATCHER.capacity, rows = facts.find(batching)!.rows) {
  const variation = new Float64Array(rows.length).fill(1)
  return learnDisturbances(facts, processesOf(facts)!, { ...BATCHER, capacity, rows, variation })
}

/** The recording with the start and end of some batches moved. */
function delayed(options: Partial<SyntheticOptions>, byMs: (batch: number, facts: Facts) => number) {
  const recording = synthesize({ ...SETTINGS, ...options })
  const facts = factsOf(recording)
  const { batches } = recording
  const startedMs = batches.startedMs.map((ms, b) => ms + byMs(b, facts))
  const endedMs = batches.endedMs.map((ms, b) => ms + byMs(b, facts))
  return learn(factsOf({ ...recording, batches: { ...batches, startedMs, endedMs } }), options.maxBatch)
}

const facts = (options: Partial<SyntheticOptions>) => factsOf(synthesize({ ...SETTINGS, ...options }))
const light = { rate: 60, parseMs: 0.3 }
const longest = (column: Float64Array) => Math.max(...column)

describe('what befalls batches beside their work', () => {
  it('a timer that is always late keeps batches open, one that is late now and then holds closed ones', () => {
    const always = delayed(light, () => 1)
    expect(always.lateMs).toBeGreaterThan(0.9)
    expect(longest(always.calm.handover.timerMs)).toBeLessThan(1)
    const seldom = delayed(light, (b) => (b % 10 === 0 ? 3 : 0))
    expect(seldom.lateMs).toBeLessThan(0.5)
    expect(longest(seldom.calm.handover.timerMs)).toBeGreaterThan(2)
  })

  it('delays that come while the event loop works are not expected of an idle one', () => {
    const { calm, crowded } = delayed({ rate: 100, parseMs: 4 }, (b, facts) => {
      const dueMs = facts.recording.batches.openedMs[b]! + BATCHER.maxWaitMs
      return busyUpTo(loopOf(facts), dueMs) - busyUpTo(loopOf(facts), dueMs - 0.1) > 0.05 ? 4 : 0
    })
    expect(longest(crowded.handover.timerMs)).toBeGreaterThan(3)
    const long = calm.handover.timerMs.filter((ms) => ms > 3).length
    expect(long / calm.handover.timerMs.length).toBeLessThan(0.05)
  })

  it('of a delay after a run of the device its length is left out', () => {
    const options = { rate: 400, parseMs: 0.1 }
    const { calm, crowded } = delayed(options, (b) => b % 2)
    const { batches } = synthesize({ ...SETTINGS, ...options })
    const left = [...facts(options).find(batching)!.rows].flatMap((b, i) => {
      if (i === 0 || b % 2 === 0) return []
      const factor = latenessAfter(batches.endedMs[b - 1]! - batches.startedMs[b - 1]!)
      const told = [calm, crowded].map(({ handover }) => handover.turnMs[i]! * factor)
      return [Math.min(...told.map((ms) => Math.abs(ms - 1)))]
    })
    expect(left.length).toBeGreaterThan(100)
    // Batches that the timer released have the delay of others.
    expect(quantile(Float64Array.from(left), 0.5)).toBeLessThan(1e-6)
  })

  it('batches that waited for the device are told from those that filled up while it was free', () => {
    const options = { rate: 120, parseMs: 0.1, maxBatch: 2 }
    const { startedMs, endedMs } = synthesize({ ...SETTINGS, ...options }).batches
    const waited = (b: number) => b > 0 && startedMs[b]! - endedMs[b - 1]! < 0.01
    const { calm } = delayed(options, (b) => (waited(b) ? 0 : 0.5))
    const median = (column: Float64Array) => quantile(column, 0.5)
    expect(median(calm.handover.filledMs)).toBeGreaterThan(0.3)
    expect(calm.handover.promptMs + median(calm.handover.turnMs)).toBeLessThan(0.1)
  })

  it('a device that no batch waited for is taken to have the next one at once, however late its timer is', () => {
    const { lateMs, calm } = delayed({ rate: 40, parseMs: 0.3, deviceFixedMs: 0.5, devicePerItemMs: 0.1 }, () => 1)
    expect(lateMs).toBeGreaterThan(0.9)
    expect(calm.handover.promptMs).toBe(0)
    expect(calm.handover.turnMs).toHaveLength(0)
  })

  it('a timer that goes off late, after the device got free, is no delay of the device', () => {
    const options = { rate: 100, parseMs: 0.1 }
    const timerLateMs = 1
    const { startedMs, endedMs, openedMs } = synthesize({ ...SETTINGS, ...options }).batches
    const expiredMs = (b: number) => (b === 0 ? -1 : endedMs[b - 1]! - openedMs[b]! - BATCHER.maxWaitMs)
    const ownTurn = (b: number) => startedMs[b]! - endedMs[Math.max(0, b - 1)]! < 0.01
    const { calm } = delayed(options, (b) => {
      if (!ownTurn(b)) return timerLateMs
      return Math.max(0, timerLateMs - Math.max(0, expiredMs(b)))
    })
    const { promptMs, turnMs } = calm.handover
    expect(promptMs).toBe(0)
    expect(turnMs.length === 0 ? 0 : longest(turnMs)).toBeLessThan(0.1)
  })

  it('with too few batches to tell there is no delay', () => {
    const facts = factsOf(synthesize({ ...SETTINGS, rate: 60 }))
    const { lateMs, calm } = learn(facts, BATCHER.capacity, facts.find(batching)!.rows.subarray(0, 10))
    expect(lateMs + calm.handover.promptMs).toBe(0)
    expect(calm.handover.timerMs.length + calm.handover.turnMs.length).toBe(0)
  })
})
