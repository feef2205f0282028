import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { diagnose } from '../diagnose.js'
import { factsOf } from '../facts/fact.js'
import { storageReads } from './storage-reads.js'

const CAUSE = { parseMs: 0.1, storageMs: 60, storageBytes: 200_000, slaP95Ms: 50 } as const
const judge = (options: Parameters<typeof synthesize>[0]) => storageReads.judge(factsOf(synthesize(options)))

test.each([0, 0.15, 0.5])('it fires on its cause with service times varying by %d', (noise) => {
  expect(judge({ ...CAUSE, noise })).toMatchObject({
    verdict: 'fired',
    confidence: expect.stringMatching(/medium|high/),
  })
})

test('it stays clear on files that the page cache holds', () => {
  expect(judge({ parseMs: 0.1, storageMs: 60, storageBytes: 0, slaP95Ms: 50 })).toMatchObject({ verdict: 'clear' })
})

test('a handful of requests is not enough data', () => {
  expect(judge({ ...CAUSE, rate: 10, durationMs: 3000 })).toMatchObject({ verdict: 'not-enough-data' })
})

test('a service seen from outside only is not measured', () => {
  expect(judge({ ...CAUSE, observed: 'client', durationMs: 5000 })).toMatchObject({ verdict: 'not-measured' })
})

test('reads that nobody waits for are no fault', () => {
  expect(judge({ parseMs: 0.1, storageBytes: 200_000 })).toMatchObject({ verdict: 'clear' })
})

test('without samples it is not measured', () => {
  expect(judge({ ...CAUSE, samples: false, durationMs: 5000 })).toMatchObject({ verdict: 'not-measured' })
})

test('it explains time in no stage, and ranks above it', () => {
  const { findings } = diagnose(synthesize({ parseMs: 0.1, unattributedMs: 60, storageBytes: 100_000, slaP95Ms: 50 }))
  expect(findings.slice(0, 2).map(({ id }) => id)).toEqual(['storage-reads', 'unattributed-time'])
})
