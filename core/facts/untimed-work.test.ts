import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { sideBySide } from '../../test/support/side-by-side.js'
import { factsOf } from './fact.js'
import { untimedWork } from './untimed-work.js'

const QUIET = { parseMs: 0.1, rate: 20, profile: false, durationMs: 20_000 } as const
const CODE = { ...QUIET, untimedWorkMs: 10 } as const

test('code in no stage is told with its part of the loop', () => {
  const { workMs, share, loopShare } = factsOf(synthesize(CODE)).find(untimedWork)!
  expect(workMs).toBeCloseTo(10, 0)
  expect(share).toBeGreaterThan(0.9)
  expect(loopShare).toBeCloseTo((workMs * CODE.rate) / 1000, 1)
})

test('of several loops it is the mean', () => {
  const alone = factsOf(synthesize(CODE)).find(untimedWork)!
  const both = factsOf(sideBySide(synthesize(CODE), synthesize({ ...CODE, seed: 2 }))).find(untimedWork)!
  expect(both.loopShare).toBeCloseTo(alone.loopShare, 1)
})

test('pauses of the collector are no code of the handler', () => {
  const paused = synthesize({ ...QUIET, unattributedMs: 20, gcEveryMs: 100, gcPauseMs: 20 })
  expect(factsOf(paused).find(untimedWork)!.workMs).toBeLessThan(5)
})
