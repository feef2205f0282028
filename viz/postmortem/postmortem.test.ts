import { describe, expect, test } from 'vitest'
import { drawCharts } from '../../core/charts/index.js'
import { compareRecordings } from '../../core/compare/index.js'
import { diagnose } from '../../core/diagnose.js'
import { factsOf } from '../../core/facts/fact.js'
import { lateRequests } from '../../core/facts/late-requests.js'
import type { Recording } from '../../core/model/recording.js'
import type { Verification } from '../../core/model/verification.js'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { verificationOf, withheldVerification } from '../../test/support/verification.js'
import { renderPostmortem } from './index.js'

const json = synthesize({ slaP95Ms: 80, seed: 2 })

function write(recording: Recording, after: Recording | null = null) {
  const [document, ...charts] = renderPostmortem({
    diagnosis: diagnose(recording),
    charts: drawCharts(recording),
    late: factsOf(recording).find(lateRequests),
    after: after === null ? null : { comparison: compareRecordings(recording, after), charts: drawCharts(after) },
  })
  return { text: document!.content, charts }
}

describe('the postmortem', () => {
  test('goes from impact to prevention, and names the cause with its evidence', () => {
    const { text } = write(json)
    expect(text.match(/^## .+$/gm)).toEqual([
      '## Summary',
      '## Impact',
      '## Timeline',
      '## Cause',
      '## Contributing factors',
      '## Fixes',
      '## Prevention',
      '## Data quality',
    ])
    expect(text).toMatch(/^# Postmortem: synthetic, p95 \d+ ms against 80 ms$/m)
    expect(text).toMatch(/^The target was missed\. \d+ requests of [\d,]+ \(\d+ %\) took longer than 80 ms\.$/m)
    expect(text).toMatch(/^\| p95 \| 80 ms \| \d+ ms \(95 % interval .+\) \| \*\*missed\*\* \|$/m)
    expect(text).toMatch(/^\*\*JSON parsing takes the CPU that requests wait for\*\* \(`json-parsing`, high/m)
    expect(text).toMatch(/^- \*\*\+\d+\.\d s\*\* p95 first above 80 ms/m)
    expect(text).toMatch(/^Without it p95 would be about [\d.]+ ms \([\d.]+ to [\d.]+ ms\) lower\./m)
  })

  test('proposes two fixes for different things, each with the p95 that was predicted for it', () => {
    const { text } = write(json)
    const fixes = text.slice(text.indexOf('## Fixes'), text.indexOf('## Prevention'))
    expect(fixes).toMatch(/^1\. \*\*Send tensors in a binary encoding/m)
    expect(fixes).toMatch(/^2\. .*against `poor-batch-fullness`/m)
    expect(fixes.match(/^ {3}Predicted p95: [\d.]+ ms \([\d.]+ to [\d.]+ ms\)/gm)).toHaveLength(2)
  })

  test('says what a second recording measured', () => {
    const { text, charts } = write(json, synthesize({ parseMs: 0.1, bodyBytes: 220_000 }))
    expect(text).toMatch(/^With a change: Better: p95 \d+ ms to \d+ ms/m)
    expect(text).toMatch(/^\| p95 \| \d+ ms \| \d+ ms \| -\d+ to -\d+ ms \| better \|$/m)
    expect(text).toContain('Set up differently: body bytes 450000 to 220000.')
    expect(charts.map(({ name }) => name)).toContain('before-and-after.svg')
  })

  test('says so when a second recording is not comparable', () => {
    expect(write(json, synthesize({ rate: 100 })).text).toContain('With a change: Not comparable: the load was')
  })

  test('links exactly the charts that it writes', () => {
    const { text, charts } = write(json, synthesize({ parseMs: 0.1 }))
    const linked = [...text.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, name]) => name)
    expect(linked.sort()).toEqual(charts.map(({ name }) => name).sort())
  })

  test('of a healthy service finds no cause and proposes nothing', () => {
    const { text } = write(synthesize({ parseMs: 0.1 }))
    expect(text).toContain('The target was met.')
    expect(text).toContain('No cause of medium or high confidence was found.')
  })

  test('sets the time to the first byte against its target, and gates releases on it', () => {
    const sla = { p95Ms: 2000, errorRate: null, percentiles: [], ttft: [{ percentile: 0.95, limitMs: 5 }] }
    const { text } = write({ ...json, meta: { ...json.meta, sla } })
    expect(text).toMatch(/^\| ttft\.p95 \| 5 ms \| \d+ ms \| \*\*missed\*\* \|$/m)
    expect(text).toContain('--sla p95=2000ms,ttft.p95=5ms --check')
  })

  test('of a recording without requests, stages or target still is a document', () => {
    const { requests, ...rest } = json
    const empty = { ...rest, requests: { ...requests, count: 0 }, meta: { ...json.meta, sla: null } }
    for (const recording of [empty, synthesize({ observed: 'client', slaP95Ms: null, durationMs: 3000 })]) {
      const { text } = write(recording)
      expect(text).toContain('## Data quality')
      expect(text).not.toMatch(/NaN|undefined|null/)
    }
  })
})

test('names from the service cannot become markup, in Markdown or in SVG', () => {
  const evil = '</text><script>alert(1)</script>|`x`\u0001\n# [a](b)'
  const stages = json.stages.map((stage) => (stage === 'postprocess' ? evil : stage))
  const { text, charts } = write({
    ...json,
    stages,
    meta: { ...json.meta, service: { ...json.meta.service, name: evil } },
  })
  expect(text.match(/^# /gm)).toHaveLength(1)
  expect(text).not.toMatch(/(?<!\\)<script/)
  for (const { content } of charts) {
    expect(content).not.toContain('<script')
    expect(content).not.toContain('\u0001')
  }
  expect(charts[0]!.content).toContain('&lt;script&gt;')
})

test('functions that the cause is in are part of its evidence, their names as text', () => {
  const diagnosis = diagnose(json)
  const place = { name: '<b>|`parse`', location: 'server.mjs:31', package: null }
  const functions = [{ ...place, kind: 'function', calledFrom: null, share: 0.82 }] as const
  const evidence = [{ kind: 'functions', label: 'decoding', samples: 1200, functions }] as const
  const [document] = renderPostmortem({
    diagnosis: { ...diagnosis, findings: diagnosis.findings.map((one) => ({ ...one, evidence })) },
    charts: drawCharts(json),
    late: null,
    after: null,
  })
  expect(document!.content).toContain(
    '| decoding in \\<b\\>\\|\\`parse\\` (server.mjs:31) | 82 % of 1,200 samples |  |  |',
  )
})

describe('a postmortem of changes that were made and measured', () => {
  const written = (verified: Verification) =>
    renderPostmortem({
      diagnosis: { ...diagnose(json), verification: verified },
      charts: drawCharts(json),
      late: null,
      after: null,
    })[0]!.content

  test('proposes these changes, with predicted beside measured', () => {
    const [binary, waiting] = verificationOf().changes
    const text = written(
      verificationOf({ changes: [{ ...binary!, title: 'send tensors in <b>binary</b>' }, waiting!] }),
    )
    expect(text).toContain('Two changes without adding instances:')
    expect(text).toContain('1. **Send tensors in \\<b\\>binary\\</b\\>** (as a change, `stage.deserialize=0.008x`)')
    expect(text).toContain('predicted 14 ms (13 to 15 ms) and measured 14 ms, inside the interval')
    expect(text).toContain('The prediction rests on the recording before alone.')
    expect(text).toContain(
      [
        '|  | p50 | p95 | p99 | 95 % interval of the p95 |',
        '| --- | --- | --- | --- | --- |',
        '| measured before | 45 ms | 150 ms | 220 ms |  |',
        '| predicted | 8 ms | 14 ms | 17 ms | 13 to 15 ms |',
        '| measured with changes | 9 ms | 14 ms | 18 ms | 14 to 15 ms |',
      ].join('\n'),
    )
  })

  test('says so in the table where something was not measured', () => {
    const nothing = { p50Ms: null, p95Ms: null, p99Ms: null, p95IntervalMs: null }
    const text = written(verificationOf({ measured: nothing, errorP95: null, withinInterval: null, slaMet: null }))
    expect(text).toContain('| measured with changes | not measured | not measured | not measured |  |')
  })

  test('claims no prediction where none was made', () => {
    const text = written(withheldVerification('too few'))
    expect(text).toContain('No prediction: too few.')
    expect(text).not.toMatch(/prediction was written|prediction rests|\| predicted \|/)
    expect(text).toContain('| measured with changes | 9 ms |')
  })
})
