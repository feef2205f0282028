import { expect, test } from 'vitest'
import type { Diagnosis, Fix } from '../../core/model/diagnosis.js'
import { sampleDiagnosis } from '../../test/browser/sample-report.js'
import { fixes } from './fixes.js'

const fix = (title: string, p95: number | null, more: Partial<Fix> = {}): Fix => ({
  title,
  change: `stage.${title}=0.5x`,
  predictedP95Ms: p95,
  intervalMs: p95 === null ? null : [p95 - 5, p95 + 5],
  ...more,
})

function shown(all: readonly (readonly Fix[])[], changes: Partial<Diagnosis> = {}): string {
  const diagnosis = sampleDiagnosis()
  const [finding] = diagnosis.findings
  const findings = all.map((fixes, i) => ({ ...finding!, id: `finding-${i}`, fixes }))
  return String(fixes({ ...diagnosis, findings, ...changes }) ?? '')
}

test('fixes come by predicted p95, each change once with all findings that it is against', () => {
  const text = shown([[fix('slow', 90), fix('quick', 40)], [fix('quick', 40)]])
  expect(text.match(/<span>(quick|slow)<\/span>/g)).toEqual(['<span>quick</span>', '<span>slow</span>'])
  expect(text).toContain('against finding-0, finding-1')
  expect(text).toMatch(/aria-label="quick: p95 40.ms, 95 % interval 35 to 45.ms"/)
})

test('what cannot be predicted says so, and names of a service stay text', () => {
  const text = shown([[fix('<script>', null, { unpredicted: "unknown stage '<script>'" })]])
  expect(text).toContain('unknown stage &#39;&lt;script&gt;&#39;.')
  expect(text).not.toContain('<script>')
})

test('withheld predictions say why; without anything to predict there is no section', () => {
  expect(shown([], { predictions: { withheld: 'too few requests' } })).toContain(
    'Predictions are withheld: too few requests.',
  )
  expect(shown([], { predictions: null })).toBe('')
})
