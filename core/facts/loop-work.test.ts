import { expect, test } from 'vitest'
import { withIdleLost } from '../../fixtures/recordings/idle-lost.js'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { checkQuality } from '../quality.js'
import { factsOf } from './fact.js'
import { loopWork } from './loop-work.js'

const OPTIONS = { rate: 100, parseMs: 2, durationMs: 9000, noise: 0 }
const warmedUp = (recording: Parameters<typeof factsOf>[0]) =>
  checkQuality(factsOf(recording)).find(({ id }) => id === 'warmed-up')!

test('a service that does the same work all the time has warmed up, windows of a CPU profile or not', () => {
  const recording = synthesize(OPTIONS)
  const { partsMs } = factsOf(recording).find(loopWork)!
  for (const ms of partsMs) expect(ms / partsMs[0]!).toBeCloseTo(1, 1)
  expect(warmedUp(recording).ok).toBe(true)
  const raised = factsOf(withIdleLost(recording, 0.7)).find(loopWork)!
  for (const [part, ms] of raised.partsMs.entries()) expect(ms / partsMs[part]!).toBeCloseTo(1, 1)
})

test('one whose requests take half as much again at first has not', () => {
  const { ok, measured, reason } = warmedUp(synthesize({ ...OPTIONS, warmingBy: 0.6 }))
  expect(ok).toBe(false)
  expect(measured).toMatch(/^\d[\d.]* ms in the first third, \d[\d.]* ms in the last$/)
  expect(reason).toContain('longer --warmup')
})

test('too few requests tell nothing', () => {
  expect(warmedUp(synthesize({ ...OPTIONS, rate: 10 }))).toMatchObject({ ok: null, measured: 'not measured' })
})

test('nor does a service that was seen from outside', () => {
  expect(warmedUp(synthesize({ ...OPTIONS, observed: 'client' })).ok).toBeNull()
})
