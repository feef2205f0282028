import { expect, test } from 'vitest'
import { drawFlameDifference } from '../core/charts/flame-difference.js'
import { drawCharts } from '../core/charts/index.js'
import { compareRecordings } from '../core/compare/index.js'
import type { Recording } from '../core/model/recording.js'
import { synthesize } from '../fixtures/recordings/synthetic.js'
import { renderComparisonPage } from './comparison-page.js'

const SHORT = { durationMs: 4000, warmupMs: 500 }

function page(before: Recording, after: Recording): string {
  const comparison = compareRecordings(before, after)
  const charts = { before: drawCharts(before), after: drawCharts(after) }
  const cpu = drawFlameDifference(charts.before.flameGraph, charts.after.flameGraph)
  const input = { comparison, ...charts, cpu }
  return renderComparisonPage(input, { script: '', styles: '' }).toString()
}

test('a comparison without stages says why in place of the bars and the table', () => {
  const html = page(synthesize({ ...SHORT, observed: 'client' }), synthesize({ ...SHORT, seed: 2 }))
  expect(html.match(/Not available: before: no agent/g)).toHaveLength(2)
})

test('recordings that are not comparable show their figures and no verdict on any', () => {
  const html = page(synthesize(SHORT), synthesize({ ...SHORT, rate: 100 }))
  expect(html).toContain('<td>not judged</td>')
  expect(html).not.toMatch(/<td>(better|worse)<\/td>/)
})

test('what a recording says about its set-up is escaped', () => {
  const recording = synthesize(SHORT)
  const evil = { ...recording, meta: { ...recording.meta, command: ['<script>alert(1)</script>'] } }
  const html = page(recording, evil)
  expect(html).toContain('&lt;script&gt;alert(1)')
  expect(html).not.toContain('<script>alert')
})
