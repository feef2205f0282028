import { expect, test } from 'vitest'
import { synthesize } from '../../../fixtures/recordings/synthetic.js'
import { factsOf } from '../../facts/fact.js'
import { traffic } from '../../facts/traffic.js'
import { groundsOf, type Predictable, predictWith } from './predict.js'

const POOL = {
  parseMs: 0.1,
  rate: 90,
  unattributedMs: 36,
  unattributedAtOnce: 4,
  durationMs: 40_000,
  profile: false,
} as const
const CALLS = {
  parseMs: 0.1,
  rate: 90,
  downstreamMs: 36,
  downstreamAtOnce: 4,
  durationMs: 40_000,
  profile: false,
} as const

function groundsFrom(options: Parameters<typeof synthesize>[0]): Predictable {
  const grounds = groundsOf(factsOf(synthesize(options)))
  if ('withheld' in grounds) throw new Error(grounds.withheld)
  return grounds
}

const measuredP95 = (options: Parameters<typeof synthesize>[0]) => factsOf(synthesize(options)).find(traffic)!.p95Ms

test.each([
  ['in no stage', POOL, { unattributedAtOnce: 8 }, 'workers.awaited=8'],
  ['before calls of another service', CALLS, { downstreamAtOnce: 8 }, 'workers.downstream=8'],
])('a larger limit %s is predicted', (_, options, change, setting) => {
  const grounds = groundsFrom(options)
  expect(Math.abs(grounds.baseline.calibrationErrorP95)).toBeLessThan(0.08)
  const prediction = predictWith(grounds, [setting])
  if (!prediction.stable) throw new Error('unstable')
  const measuredMs = measuredP95({ ...options, ...change })
  expect(Math.abs(prediction.p95Ms / measuredMs - 1)).toBeLessThan(0.1)
  expect(prediction).toMatchObject({
    extrapolated: true,
    assumptions: [expect.stringContaining('8 at a time as fast as 4')],
  })
})

test('a higher rate meets the limit', () => {
  const grounds = groundsFrom({ ...POOL, rate: 60 })
  const prediction = predictWith(grounds, ['rate=90'])
  if (!prediction.stable) throw new Error('unstable')
  expect(Math.abs(prediction.p95Ms / measuredP95(POOL) - 1)).toBeLessThan(0.2)
  expect(predictWith(grounds, ['rate=130'])).toMatchObject({
    stable: false,
    utilizations: expect.arrayContaining([expect.objectContaining({ resource: 'awaited, 4 at a time' })]),
  })
})
