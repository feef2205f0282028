import { expect, test } from 'vitest'
import { synthesize } from '../fixtures/recordings/synthetic.js'
import type { SyntheticOptions } from '../fixtures/recordings/synthetic-options.js'
import { diagnose } from './diagnose.js'
import type { Recording } from './model/recording.js'
import type { LoadInfo } from './model/recording-meta.js'
import { verifyChanges } from './verify.js'

const record = (options: Partial<SyntheticOptions> = {}) =>
  synthesize({ profile: false, durationMs: 20_000, ...options })

const withLoad = (recording: Recording, changes: Partial<LoadInfo>): Recording => ({
  ...recording,
  meta: { ...recording.meta, load: { ...recording.meta.load!, ...changes } },
})

const slow = record()
const fast = record({ parseMs: 0.375, seed: 11 })

test('a change that was made is predicted from the first recording alone, and set against the second', () => {
  const verified = verifyChanges(slow, fast, ['stage.deserialize=0.1x'])
  const { predicted, measured, errorP95, withinInterval, slaMet, before } = verified
  if ('withheld' in predicted) throw new Error(predicted.withheld)
  expect(verified.changes).toEqual([{ change: 'stage.deserialize=0.1x', title: 'a cheaper deserialize' }])
  expect(before.p95Ms).toBe(diagnose(slow).endToEnd.p95Ms)
  expect(measured.p95Ms).toBe(diagnose(fast).endToEnd.p95Ms)
  expect(errorP95).toBeCloseTo(predicted.p95Ms / measured.p95Ms! - 1, 9)
  expect(withinInterval).toBe(true)
  expect(slaMet).toBe(true)
  expect(verifyChanges(slow, slow, ['stage.deserialize=0.1x']).predicted).toEqual(predicted)
})

test('what was not changed shows as a prediction that is far off', () => {
  const { withinInterval, errorP95 } = verifyChanges(slow, slow, ['stage.deserialize=0.1x'])
  expect(withinInterval).toBe(false)
  expect(errorP95).toBeLessThan(-0.5)
})

test('a second load at another rate is compared only with a change that says so', () => {
  const more = record({ parseMs: 0.375, rate: 240, seed: 11 })
  expect(verifyChanges(slow, more, ['stage.deserialize=0.1x'])).toMatchObject({
    predicted: { withheld: 'the changes make it 200 requests/s, the load was 240 (rate=240 says so)' },
    errorP95: null,
    withinInterval: null,
    assumptions: [],
  })
  const { predicted, withinInterval, changes } = verifyChanges(slow, more, ['stage.deserialize=0.1x', 'load=1.2x'])
  expect(predicted).toHaveProperty('p95Ms')
  expect(withinInterval).toBe(true)
  expect(changes[1]!.title).toBe('1.2 times the load')
  const elsewhere = withLoad(fast, { url: 'http://127.0.0.1:1/other' })
  expect(verifyChanges(slow, elsewhere, ['stage.deserialize=0.1x']).predicted).toEqual({
    withheld: expect.stringMatching(/^the request was POST \S+ before, POST \/other after$/),
  })
})

test('more at a time through a limit that was found is said to be that, not workers', () => {
  const pool = { parseMs: 0.1, rate: 90, unattributedMs: 36, durationMs: 40_000 }
  const [narrow, wide] = [4, 8].map((unattributedAtOnce) => record({ ...pool, unattributedAtOnce }))
  const { changes, withinInterval } = verifyChanges(narrow!, wide!, ['workers.awaited=8'])
  expect(changes[0]!.title).toBe('8 at a time through what is awaited')
  expect(withinInterval).toBe(true)
})

test('a void measurement is none, and an overload has no prediction', () => {
  const late = withLoad(fast, { void: { reason: 'the client was late' } } as Partial<LoadInfo>)
  expect(verifyChanges(slow, late, ['stage.deserialize=0.1x'])).toMatchObject({
    measured: { p50Ms: null, p95Ms: null, p99Ms: null, p95IntervalMs: null },
    errorP95: null,
    slaMet: null,
  })
  expect(verifyChanges(slow, fast, ['stage.deserialize=9x']).predicted).toEqual({
    withheld: expect.stringMatching(/^the load would stay unstable/),
  })
  const few = verifyChanges(record({ durationMs: 1000 }), fast, ['stage.deserialize=0.1x'])
  expect(few.predicted).toEqual({ withheld: expect.stringMatching(/at least 500 are needed/) })
})

test('a setting that nobody can read, or that does not fit the service, is wrong use', () => {
  expect(() => verifyChanges(slow, fast, ['faster'])).toThrow(/wanted a change/)
  expect(() => verifyChanges(slow, fast, ['stage.tokenize=2x'])).toThrow(/unknown stage/)
})
