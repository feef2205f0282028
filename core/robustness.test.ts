import { expect, test } from 'vitest'
import { synthesize } from '../fixtures/recordings/synthetic.js'
import { syntheticMeta, syntheticThreads } from '../fixtures/recordings/synthetic-meta.js'
import { MINI_CHALLENGE } from '../fixtures/recordings/synthetic-options.js'
import { diagnose } from './diagnose.js'
import type { Recording } from './model/recording.js'
import { RecordingTables } from './model/recording-tables.js'
import { rules } from './rules/index.js'

/** Diagnoses, and checks what holds for every diagnosis: all rules judged, none broken, and no NaN in the JSON. */
function diagnosed(recording: Recording) {
  const diagnosis = diagnose(recording)
  const judged = [...diagnosis.findings, ...diagnosis.notFired].map(({ id }) => id).sort()
  expect(judged).toEqual(rules.map(({ id }) => id).sort())
  expect(diagnosis.notFired.filter(({ verdict }) => verdict === 'broken')).toEqual([])
  JSON.stringify(diagnosis, (key, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`${key} is ${value}`)
    return value
  })
  expect(diagnosis.headline).toMatch(/\.$/)
  return diagnosis
}

const SHORT = { durationMs: 4000 }
const empty = () => new RecordingTables().build(syntheticMeta(MINI_CHALLENGE, 0, 0), syntheticThreads(0))

test('no request at all: everything is withheld with the reason', () => {
  const diagnosis = diagnosed(empty())
  expect(diagnosis.headline).toBe('No verdict: no request in the measured window (0 recorded).')
  expect(diagnosis.slaMet).toBeNull()
  expect(diagnosis.notFired.every(({ verdict }) => verdict === 'not-enough-data')).toBe(true)
})

test('one request: its latency is a mean, but no percentile', () => {
  const diagnosis = diagnosed(synthesize({ warmupMs: 0, rate: 1, arrivals: 'constant', durationMs: 1500 }))
  expect(diagnosis.endToEnd.requests).toBe(1)
  expect(diagnosis.endToEnd.meanMs).toBeGreaterThan(0)
  expect(diagnosis.endToEnd.p95Ms).toBeNull()
  expect(diagnosis.slaMet).toBeNull()
  expect(diagnosis.headline).toMatch(/^No verdict on p95: 1 timed requests, 72 are needed\.$/)
})

test('only errors: an error rate, no latency, and the SLA missed for its error rate', () => {
  const diagnosis = diagnosed(synthesize({ ...SHORT, failEvery: 1 }))
  expect(diagnosis.endToEnd).toMatchObject({ errorRate: 1, throughputRps: 0, meanMs: null, p95Ms: null })
  expect(diagnosis.slaMet).toBe(false)
})

test('no batches, no samples, no profile', () => {
  const diagnosis = diagnosed(synthesize({ ...SHORT, maxBatch: 0, samples: false, profile: false }))
  expect(diagnosis.resources).toMatchObject({ meanBatch: null, hostCpu: null, gpuUtilization: null })
  expect(diagnosis.resources.eventLoopUtilization).toBeGreaterThan(0.5)
})

test('only the server saw it: latency is its own, and it says so', () => {
  const diagnosis = diagnosed(synthesize({ durationMs: 8000, observed: 'server' }))
  expect(diagnosis.headline).toMatch(/^p95 inside the service/)
  expect(diagnosis.endToEnd.p95Ms).toBeGreaterThan(0)
})

test('only the client saw it: stages are not measured, and the hottest thread is named', () => {
  const diagnosis = diagnosed(synthesize({ ...SHORT, observed: 'client' }))
  expect(diagnosis.stages).toEqual([])
  expect(diagnosis.headline).toMatch(/stages were not measured from outside; the hottest thread, 1000\/1000 node/)
  // What clients saw fail needs no look inside.
  const others = diagnosis.notFired.filter(({ id }) => id !== 'errors-under-load')
  expect(others.every(({ verdict }) => verdict === 'not-measured')).toBe(true)
})

test('an agent that saw none of the requests leaves open where the time goes', () => {
  const recording = synthesize(SHORT)
  const serverStartMs = recording.requests.serverStartMs.map(() => Number.NaN)
  const diagnosis = diagnosed({ ...recording, requests: { ...recording.requests, serverStartMs } })
  expect(diagnosis.headline).toMatch(
    /; where the time goes was not seen: no agent saw these requests inside the service\.$/,
  )
})

test('a client that could not keep up voids every verdict', () => {
  const recording = synthesize(SHORT)
  const load = { ...recording.meta.load!, void: { reason: 'send lag p99 210 ms' } }
  const diagnosis = diagnosed({ ...recording, meta: { ...recording.meta, load } })
  expect(diagnosis.slaMet).toBeNull()
  expect(diagnosis.culprit).toBeNull()
  expect(diagnosis.headline).toBe('No verdict: send lag p99 210 ms.')
})

test('ten thousand stages are ten thousand rows', () => {
  const tables = new RecordingTables()
  for (let i = 0; i < 100; i++) {
    const startMs = 2000 + 100 * i
    const endMs = startMs + 50
    const request = tables.request({
      scheduledMs: startMs,
      clientEndMs: endMs,
      serverStartMs: startMs,
      serverEndMs: endMs,
    })
    for (let s = 0; s < 100; s++) {
      const stage = `step ${100 * i + s}`
      tables.span({ request, stage, startMs: startMs + s / 2, endMs: startMs + (s + 1) / 2, flags: 1 })
    }
  }
  const meta = syntheticMeta(MINI_CHALLENGE, 100, 22_000)
  expect(diagnosed(tables.build(meta, syntheticThreads(0))).stages).toHaveLength(10_000)
})

test('a queue that grows all along breaks the steady state, so the target cannot be met', () => {
  const diagnosis = diagnosed(synthesize({ ...SHORT, rate: 260, slaP95Ms: 60_000 }))
  expect(diagnosis.quality.find(({ id }) => id === 'littles-law')).toMatchObject({ ok: false })
  expect(diagnosis.slaMet).toBeNull()
})
