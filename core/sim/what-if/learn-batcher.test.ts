import { expect, it } from 'vitest'
import { synthesize } from '../../../fixtures/recordings/synthetic.js'
import { factsOf } from '../../facts/fact.js'
import { loopTimelines } from '../../facts/loop-timelines.js'
import { learnBatcher } from './learn-batcher.js'

it('batches that start beside another one tell the contention, those that start alone the service time', () => {
  const recording = synthesize({ rate: 150, parseMs: 0.3, profile: false, durationMs: 20_000 })
  const { batches } = recording
  const second = (b: number) => b % 2
  const startedMs = batches.startedMs.map((_, b) => 20 * b - 18 * second(b))
  const facts = factsOf({
    ...recording,
    batches: {
      ...batches,
      startedMs,
      endedMs: startedMs.map((ms, b) => ms + (second(b) ? 13 : 10)),
      size: batches.size.map(() => 4),
      thread: batches.thread.map((_, b) => second(b)),
    },
  })
  const learnt = learnBatcher(facts, [...facts.find(loopTimelines)!.values()][0]!)
  if (!learnt.known) throw new Error(learnt.reason)
  const { slots, contention, seenMs, calm } = learnt.value
  expect(slots).toBe(2)
  expect(seenMs[4]).toBeCloseTo(10)
  expect(contention[1]).toBe(1)
  expect(contention[2]).toBeCloseTo(1.3)
  expect(Math.max(...calm.variation)).toBeCloseTo(1)
})
