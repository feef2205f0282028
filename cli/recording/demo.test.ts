import { expect, test, vi } from 'vitest'
import { diagnose } from '../../core/diagnose.js'
import { DiagError } from '../../core/errors.js'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import type { LoopUse } from '../../fixtures/scenarios/index.js'
import { whyUseless } from './demo.js'

const recording = synthesize({ parseMs: 0.4 })
const diagnosis = diagnose(recording)
const recorded = { recording, failure: null }

test('a recording in which the scenario does not show is made once more, with what the loop did', () => {
  const { measuredFromMs, measuredToMs, warmupMs } = recording.meta.load!
  const misses = vi.fn((_loop: LoopUse) => 'the machine got faster')
  expect(whyUseless({ misses }, recorded)).toBe('the machine got faster')
  const loop = misses.mock.calls[0]![0]
  expect(loop.elapsedMs).toBeLessThanOrEqual(measuredToMs - measuredFromMs + warmupMs)
  expect(loop.busy(warmupMs, loop.elapsedMs)).toBeCloseTo(diagnosis.resources.eventLoopUtilization ?? Number.NaN, 2)
  expect(loop.answered(warmupMs, loop.elapsedMs)).toBeGreaterThan(0.9 * diagnosis.endToEnd.requests)
})

test('a void one is made once more, but not where the service died, or nothing is missing', () => {
  expect(whyUseless({}, { ...recorded, failure: new DiagError('void', 'the client was late', '') })).toBe(
    'the client was late',
  )
  expect(whyUseless({}, { ...recorded, failure: new DiagError('service', 'it ended', '') })).toBeNull()
  expect(whyUseless({}, recorded)).toBeNull()
  expect(whyUseless({ misses: () => null }, recorded)).toBeNull()
})
