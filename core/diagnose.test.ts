import { expect, test } from 'vitest'
import { synthesize } from '../fixtures/recordings/synthetic.js'
import { diagnose } from './diagnose.js'

test('the mini-challenge is held back by JSON parsing, with part-empty batches behind it', () => {
  const diagnosis = diagnose(synthesize())
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
