import { expect, test } from 'vitest'
import { synthesize } from '../fixtures/recordings/synthetic.js'
import { diagnose } from './diagnose.js'

test('the mini-challenge is held back by JSON parsing, with part-empty batches behind it', () => {
  const diagnosis = diagnose(synthesize({ slaP95Ms: 60 }))
  expect(diagnosis.culprit).toBe('json-parsing')
  expect(diagnosis.findings.map(({ id }) => id)).toContain('poor-batch-fullness')
  expect(diagnosis.headline).toMatch(/^p95 .*JSON parsing keeps the event loop \d+ % busy; batches run/)
})

test('the same service with binary bodies meets its target and has no culprit', () => {
  const diagnosis = diagnose(synthesize({ parseMs: 0.1 }))
  expect(diagnosis.slaMet).toBe(true)
  expect(diagnosis.culprit).toBeNull()
  expect(diagnosis.headline).toMatch(/^p95 \d+ ms meets the 120 ms SLA; nothing stands out\.$/)
})

test('a target that p95 misses by less than its interval is no ground for a finding that costs latency alone', () => {
  const recording = synthesize({ parseMs: 0.1, rate: 60, downstreamMs: 20, durationMs: 4000 })
  const p95Ms = diagnose(recording).endToEnd.p95Ms!
  const missing = (limitMs: number) => {
    const sla = { p95Ms: limitMs, errorRate: null, percentiles: [{ percentile: 0.95, limitMs }] }
    return diagnose({ ...recording, meta: { ...recording.meta, sla } })
  }
  const byChance = missing(p95Ms - 0.01)
  expect(byChance.slaMet).toBe(false)
  expect(byChance.headline).toMatch(/, which chance may explain; the costliest finding: .*\d.*\.$/)
  expect(byChance.culprit).toBeNull()
  expect(missing(p95Ms / 2).culprit).toBe('downstream-wait')
})

test('a finding about a stage of the service has the name of that stage', () => {
  const { culprit, findings } = diagnose(synthesize({ parseMs: 0.1, preprocessMs: 3.8, preprocessStage: 'tokenize' }))
  expect(culprit).toBe('slow-stage')
  expect(findings[0]).toMatchObject({ id: 'slow-stage', stage: 'tokenize' })
})

test('every finding has an interval for its cost, which holds it', () => {
  for (const { costMs } of diagnose(synthesize()).findings) {
    expect(costMs.interval![0]).toBeLessThanOrEqual(costMs.p95)
    expect(costMs.interval![1]).toBeGreaterThanOrEqual(costMs.p95)
  }
})

test('requests that the service never saw withhold what rests on its stages', () => {
  const recording = synthesize({ durationMs: 8000 })
  const { requests } = recording
  const serverStartMs = requests.serverStartMs.map((was, row) => (row % 20 === 0 ? Number.NaN : was))
  const diagnosis = diagnose({ ...recording, requests: { ...requests, serverStartMs } })
  expect(diagnosis.quality.find(({ id }) => id === 'counts')).toMatchObject({ ok: false })
  expect(diagnosis.notFired.find(({ id }) => id === 'json-parsing')).toMatchObject({
    verdict: 'not-enough-data',
    reason: expect.stringMatching(/some requests are missing on one side \(counts: /),
  })
  expect(diagnosis.endToEnd.p95Ms).toBeGreaterThan(0)
})

test('a rule that throws is reported as broken, and the others still speak', () => {
  const crashing = {
    id: 'crashing',
    title: '',
    stage: null,
    symptomOf: [],
    restsOn: [],
    judge() {
      throw new Error('no such column')
    },
  }
  const diagnosis = diagnose(synthesize({ durationMs: 3000 }), [crashing])
  expect(diagnosis.notFired).toEqual([{ id: 'crashing', verdict: 'broken', reason: 'the rule failed: no such column' }])
  expect(diagnosis.endToEnd.p95Ms).toBeGreaterThan(0)
})

test('device counters that disagree with the batches withhold what rests on the device, and nothing else', () => {
  const recording = synthesize({ durationMs: 8000 })
  const { samples } = recording
  const busy = new Set(
    samples.seriesInfo.flatMap(({ metric }, at) => (/^(device|gpu)\.utilization$/.test(metric) ? [at] : [])),
  )
  const value = samples.value.map((was, row) => (busy.has(samples.series[row]!) ? 0.99 : was))
  const diagnosis = diagnose({ ...recording, samples: { ...samples, value } })
  expect(diagnosis.quality.find(({ id }) => id === 'device-busy')).toMatchObject({ ok: false })
  const starved = diagnosis.notFired.find(({ id }) => id === 'starved-device')
  expect(starved).toMatchObject({ verdict: 'not-enough-data' })
  expect(starved!.reason).toMatch(/disagree \(device-busy: /)
  expect(diagnosis.culprit).toBe('json-parsing')
})

test('output that service.log lacks, and a verification that cannot be read, are no measurements that were dropped', () => {
  const recording = synthesize({ durationMs: 3000 })
  const check = (kind: string) => {
    const gaps = [{ kind, count: 5e6, fromMs: 0, toMs: 0, reason: 'cut' }]
    return diagnose({ ...recording, gaps }).quality.find(({ id }) => id === 'gaps')!.ok
  }
  expect(check('service-log')).toBe(true)
  expect(check('verification')).toBe(true)
  expect(check('ring-overflow')).toBe(false)
})
