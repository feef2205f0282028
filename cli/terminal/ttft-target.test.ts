import { expect, test } from 'vitest'
import type { Diagnosis } from '../../core/model/diagnosis.js'
import { sampleDiagnosis } from '../../test/browser/sample-report.js'
import { showDiagnosis } from './diagnosis-view.js'
import { PLAIN } from './paint.js'

const sla = { p95Ms: null, errorRate: null, percentiles: [], ttft: [{ percentile: 0.95, limitMs: 100 }] }
const target = { name: 'ttft.p95', until: 'first-byte', percentile: 0.95, limitMs: 100 } as const

function show(change: Pick<Diagnosis, 'slaMet' | 'targets'>): string {
  return showDiagnosis({ ...sampleDiagnosis(), sla, ...change }, { paint: PLAIN, paths: { recording: 'out' } })
}

test('the time to the first byte stands beside its target', () => {
  const text = show({ slaMet: false, targets: [{ ...target, measuredMs: 157, met: false, reason: null }] })
  expect(text).toContain('missed: ttft.p95 under 100 ms   ttft.p95 157 ms\n')
})

test('where nobody saw it, the reason does', () => {
  const reason = 'not measured: no client recorded the first byte'
  const text = show({ slaMet: null, targets: [{ ...target, measuredMs: null, met: null, reason }] })
  expect(text).toContain('no verdict: ttft.p95 under 100 ms\n')
  expect(text).toContain('ttft.p95 not measured: no client recorded the first byte\n')
})

test('the p95 of the fixes is said to leave it open', () => {
  const text = show({ slaMet: false, targets: [] }).replace(/\s+/g, ' ')
  expect(text).toContain('not predicted: ttft.p95; whole answers are simulated, not when their first byte comes')
})
