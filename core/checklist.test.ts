import { expect, test } from 'vitest'
import { synthesize } from '../fixtures/recordings/synthetic.js'
import { writeChecklist } from './checklist.js'
import { factsOf } from './facts/fact.js'
import type { Recording } from './model/recording.js'
import type { LoadInfo } from './model/recording-meta.js'

function withLoad(recording: Recording, patch: Partial<LoadInfo>): Recording {
  return { ...recording, meta: { ...recording.meta, load: { ...recording.meta.load!, ...patch } } }
}

function item(recording: Recording, id: string) {
  const found = writeChecklist(factsOf(recording)).find((one) => one.id === id)
  if (found === undefined) throw new Error(`no ${id}`)
  return found
}

const EVERYTHING = { path: '/', method: null, fromMs: 0, toMs: 60_000 }
const CALM = { durationMs: 10_000, rate: 120, parseMs: 1 }

test('without an expected peak nobody can say that the service was tested at it', () => {
  expect(item(synthesize(CALM), 'peak-tested')).toMatchObject({ status: 'unknown' })
  expect(item(synthesize(CALM), 'peak-tested').evidence).toMatch(/--peak/)
})

test('a run at 1.2 times the expected peak passes when it meets its target, and one below it fails', () => {
  const recording = synthesize({ ...CALM, slaP95Ms: 2000 })
  expect(item(withLoad(recording, { expectedPeakRps: 100 }), 'peak-tested').status).toBe('pass')
  expect(item(withLoad(recording, { expectedPeakRps: 130 }), 'peak-tested').status).toBe('fail')
})

test('a run at 1.2 times the expected peak that misses its target fails', () => {
  const recording = synthesize({ ...CALM, slaP95Ms: 1 })
  const found = item(withLoad(recording, { expectedPeakRps: 100 }), 'peak-tested')
  expect(found.status).toBe('fail')
  expect(found.evidence).toMatch(/where p95 is .* against 1 ms/)
})

test('a target on the time to the first byte decides as well whether the peak was tested well', () => {
  const tested = (limitMs: number, observed: 'both' | 'server' = 'both') => {
    const recording = synthesize({ ...CALM, slaP95Ms: null, observed })
    const sla = { p95Ms: null, errorRate: null, percentiles: [], ttft: [{ percentile: 0.95, limitMs }] }
    const { load } = recording.meta
    const expected = load === null ? { ownTraffic: { ...EVERYTHING, expectedPeakRps: 100 } } : {}
    const judged = { ...recording, meta: { ...recording.meta, sla, ...expected } }
    return item(load === null ? judged : withLoad(judged, { expectedPeakRps: 100 }), 'peak-tested')
  }
  expect(tested(2000)).toMatchObject({
    status: 'pass',
    evidence: expect.stringMatching(/where ttft\.p95 is .* against 2 s$/),
  })
  expect(tested(1)).toMatchObject({
    status: 'fail',
    evidence: expect.stringMatching(/where ttft\.p95 is .* against 1 ms$/),
  })
  expect(tested(2000, 'server')).toMatchObject({
    status: 'unknown',
    evidence: expect.stringContaining('but ttft.p95 has no verdict: not measured: no client recorded the first byte'),
  })
})

test('headroom is what the busiest resource has left at the expected peak', () => {
  const recording = synthesize(CALM)
  expect(item(recording, 'headroom').status).toBe('pass')
  const atPeak = item(withLoad(recording, { expectedPeakRps: 1000 }), 'headroom')
  expect(atPeak.status).toBe('fail')
  expect(atPeak.evidence).toMatch(/cannot carry the expected peak of 1,000\/s/)
})

test('a busy event loop has too little headroom at its own load', () => {
  const found = item(synthesize({ durationMs: 10_000 }), 'headroom')
  expect(found.status).toBe('fail')
  expect(found.evidence).toMatch(/event loop, has .* left at this load/)
})

const calm = synthesize(CALM)
const [observed] = calm.meta.processes
const inNpmAlone: Recording = {
  ...calm,
  spans: { ...calm.spans, count: 0 },
  meta: { ...calm.meta, processes: [{ ...observed!, pid: 11 }] },
}

test.each([
  ["no agent ran in the service's busiest process", inNpmAlone],
  ['no event loop was observed from inside', synthesize({ ...CALM, observed: 'client' })],
])('an idle host is no headroom of a service where %s', (reason, recording) => {
  for (const id of ['headroom', 'utilization']) {
    const evidence = expect.stringMatching(`; of the service itself it is not known: ${reason}$`)
    expect(item(recording, id)).toMatchObject({ status: 'unknown', evidence })
  }
  expect(item(withLoad(recording, { expectedPeakRps: 100_000 }), 'headroom').status).toBe('fail')
})

test('readiness passes when a readiness URL answered before the first request', () => {
  const recording = synthesize(CALM)
  expect(item(recording, 'readiness').status).toBe('unknown')
  const probed = withLoad(recording, { readiness: { url: 'http://127.0.0.1:1/ready', afterMs: 800 } })
  expect(item(probed, 'readiness')).toMatchObject({ status: 'pass' })
})

test('where others sent the requests, what is expected and what was asked before counts as well', () => {
  const recording = synthesize({ ...CALM, observed: 'server', slaP95Ms: 2000 })
  const readiness = { url: 'http://127.0.0.1:1/ready', afterMs: 800 }
  const ownTraffic = { ...EVERYTHING, expectedPeakRps: 100, readiness }
  const own = { ...recording, meta: { ...recording.meta, ownTraffic } }
  expect(item(own, 'peak-tested').status).toBe('pass')
  expect(item(own, 'readiness')).toMatchObject({ status: 'pass' })
})

test('a limit that lets requests through a few at a time is a resource like any other', () => {
  const pool = synthesize({ parseMs: 0.1, rate: 100, unattributedMs: 36, unattributedAtOnce: 4 })
  expect(item(pool, 'utilization')).toMatchObject({
    status: 'fail',
    evidence: expect.stringContaining('unattributed (4 at a time) 9'),
  })
  expect(item(pool, 'headroom').evidence).toContain('the busiest resource, the unattributed (4 at a time), has')
})
