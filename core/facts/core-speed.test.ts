import { expect, test } from 'vitest'
import { withFixedWork } from '../../fixtures/recordings/fixed-work.js'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { compareRecordings } from '../compare/index.js'
import { checkQuality } from '../quality.js'
import { coreSpeed } from './core-speed.js'
import { factsOf } from './fact.js'

const OPTIONS = { rate: 100, parseMs: 2, durationMs: 9000, noise: 0 }
const FAST_MS = 0.0075
const WARM_MS = 2000

const check = (recording: Parameters<typeof factsOf>[0], name: string) =>
  checkQuality(factsOf(recording)).find(({ id }) => id === name)!

test('a core is as fast as a fixed piece of work takes on it, what was interrupted left out', () => {
  const steady = withFixedWork(synthesize(OPTIONS), (tMs) => (tMs % 1000 < 200 ? 40 : FAST_MS))
  const { meanMs, fastestMs, slowdown, partsMs } = factsOf(steady).find(coreSpeed)!
  expect(fastestMs).toBe(FAST_MS)
  expect(meanMs).toBeCloseTo(FAST_MS, 9)
  expect(slowdown).toBeCloseTo(1, 9)
  for (const ms of partsMs) expect(ms).toBeCloseTo(FAST_MS, 9)
  expect(check(steady, 'core-speed')).toMatchObject({ ok: true })
})

test('a core that others use as well is said to be slower than it could be', () => {
  const shared = withFixedWork(synthesize(OPTIONS), (tMs) => (tMs % 400 < 200 ? FAST_MS : 2 * FAST_MS))
  expect(factsOf(shared).find(coreSpeed)!.slowdown).toBeCloseTo(1.5, 1)
  expect(check(shared, 'core-speed')).toMatchObject({
    ok: false,
    measured: expect.stringMatching(/^a fixed piece of work took 7\.5 µs at its fastest, 11\.\d µs on average$/),
    reason: expect.stringContaining('1.5 times slower on average than at its fastest'),
  })
})

test('a service that gets faster with its core has warmed up', () => {
  const warming = synthesize({ ...OPTIONS, warmingBy: 0.6 })
  const third = OPTIONS.durationMs / 3
  const withCore = withFixedWork(warming, (tMs) => (tMs < WARM_MS + third ? 1.5 * FAST_MS : FAST_MS))
  expect(check(withCore, 'warmed-up')).toMatchObject({ ok: true, reason: 'its core got faster, not the service' })
  const without = check(
    withFixedWork(warming, () => FAST_MS),
    'warmed-up',
  )
  expect(without.ok).toBe(false)
  expect(without.reason).not.toContain('host got faster')
})

test('nothing is said of few readings, or none', () => {
  expect(factsOf(synthesize(OPTIONS)).get(coreSpeed)).toMatchObject({ known: false })
  expect(check(synthesize(OPTIONS), 'core-speed').ok).toBeNull()
  const few = withFixedWork(synthesize(OPTIONS), (tMs) => (tMs < WARM_MS + 1500 ? FAST_MS : Number.NaN))
  expect(check(few, 'core-speed')).toMatchObject({ ok: null, reason: expect.stringContaining('10 are needed') })
})

test('a comparison names a core that was slower in one of the runs, and no other', () => {
  const run = (ms: number, seed: number) => withFixedWork(synthesize({ ...OPTIONS, seed }), () => ms)
  const { differences } = compareRecordings(run(FAST_MS, 1), run(1.3 * FAST_MS, 2))
  expect(differences).toContainEqual({
    what: 'fixed work on the core',
    before: '7.5 µs',
    after: expect.stringMatching(/^9\.[78] µs, 1\.30 times slower$/),
  })
  const alike = compareRecordings(run(FAST_MS, 1), run(1.05 * FAST_MS, 2)).differences
  expect(alike.filter(({ what }) => what.includes('core'))).toEqual([])
})
