import { describe, expect, it, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import type { SyntheticOptions } from '../../fixtures/recordings/synthetic-options.js'
import { awaitedTimes } from './awaited-times.js'
import { eventLoop } from './event-loop.js'
import { factsOf } from './fact.js'
import { stageSummaries } from './stage-summaries.js'
import { stageTimes } from './stage-times.js'

/** A service that works on its loop for 8 ms a request and awaits something, without batches. */
function served(options: Partial<SyntheticOptions>) {
  const facts = factsOf(synthesize({ profile: false, parseMs: 8, maxBatch: 0, ...options }))
  const meanMs = (id: string) => facts.find(stageSummaries)!.find((stage) => stage.id === id)!.meanMs
  return { busy: facts.find(eventLoop)!.utilization, meanMs }
}

describe('what is awaited takes as long on a busy event loop as on an idle one', () => {
  it.each([10, 60, 90])('a stage of the service itself, at %i requests/s', (rate) => {
    const { meanMs } = served({ rate, awaitedMs: 20, durationMs: 30_000 })
    expect(Math.abs(meanMs('lookup') / 20 - 1)).toBeLessThan(0.1)
  })

  it('a call of another service', () => {
    const { busy, meanMs } = served({ rate: 90, downstreamMs: 20 })
    expect(busy).toBeGreaterThan(0.75)
    expect(Math.abs(meanMs('downstream') / 20 - 1)).toBeLessThan(0.1)
    expect(meanMs('event-loop-wait')).toBeGreaterThan(meanMs('downstream'))
  })

  it('what is much shorter than the wait for the loop', () => {
    const { meanMs } = served({ rate: 90, awaitedMs: 3 })
    expect(Math.abs(meanMs('lookup') / 3 - 1)).toBeLessThan(0.2)
  })

  it('one thing after another, each with a length of its own', () => {
    const { meanMs } = served({ rate: 70, downstreamMs: 10, awaitedMs: 40 })
    expect(Math.abs(meanMs('downstream') / 10 - 1)).toBeLessThan(0.15)
    expect(Math.abs(meanMs('lookup') / 40 - 1)).toBeLessThan(0.15)
  })

  it('with lengths that differ from request to request', () => {
    const { meanMs } = served({ rate: 80, awaitedMs: 20, noise: 0.6 })
    expect(Math.abs(meanMs('lookup') / 20 - 1)).toBeLessThan(0.15)
  })

  it('and seen by the service alone, which knows of nothing that was ready, at least that long', () => {
    const { meanMs } = served({ rate: 60, awaitedMs: 20, observed: 'server' })
    expect(meanMs('lookup')).toBeGreaterThan(0.7 * 20)
    expect(meanMs('lookup')).toBeLessThan(1.1 * 20)
  })
})

test('too few waits to tell anything keep what each alone must have been', () => {
  const { meanMs } = served({ rate: 80, awaitedMs: 20, durationMs: 500, warmupMs: 0 })
  expect(meanMs('lookup')).toBeLessThan(0.9 * 20)
})

test('what comes after one stage tells nothing of what comes after another', () => {
  const facts = factsOf(
    synthesize({ profile: false, parseMs: 8, rate: 80, maxBatch: 0, unattributedMs: 40, downstreamMs: 10 }),
  )
  const { stages } = facts.find(stageTimes)!
  const inNoStageAfter = (stage: string) =>
    facts.find(awaitedTimes)!.awaitedMs(stages.indexOf(stage), stages.indexOf('unattributed'), 0, 60)
  expect(inNoStageAfter('preprocess')).toBeGreaterThan(30)
  expect(inNoStageAfter('downstream')).toBeLessThan(10)
})
