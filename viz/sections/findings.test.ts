import { expect, test } from 'vitest'
import type { FunctionsEvidence } from '../../core/model/evidence.js'
import { sampleDiagnosis } from '../../test/browser/sample-report.js'
import { findings } from './findings.js'

function shown(functions: FunctionsEvidence['functions']): string {
  const diagnosis = sampleDiagnosis()
  const evidence = [{ kind: 'functions', label: 'decoding', samples: 1200, functions }] as const
  return String(findings({ ...diagnosis, findings: [{ ...diagnosis.findings[0]!, evidence }] }))
}

const PARSE = {
  kind: 'builtin',
  name: 'JSON.parse',
  location: '',
  package: null,
  calledFrom: { name: '', location: 'server.mjs:31', package: null },
  share: 0.82,
} as const

test('functions are listed with their shares, their places and the code that calls them', () => {
  const text = shown([PARSE])
  expect(text).toMatch(/Functions of decoding, by 1,200.samples of the CPU profile/)
  expect(text).toMatch(/<b>82.%<\/b>/)
  expect(text).toContain('<code>JSON.parse</code> <small>called from</small> <code>(anonymous)</code>')
  expect(text).toContain('<small>server.mjs:31</small>')
})

test('names of functions and files stay text', () => {
  const evil = '</code><script>alert(1)</script>'
  const text = shown([
    { ...PARSE, name: evil, location: evil, calledFrom: { name: evil, location: evil, package: null } },
  ])
  expect(text).not.toContain('<script>')
  expect(text.match(/&lt;script&gt;/g)).toHaveLength(4)
})
