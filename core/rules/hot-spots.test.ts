import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { type Frame, profiledAs } from '../../test/support/profiled-stacks.js'
import { diagnose } from '../diagnose.js'
import type { Finding } from '../model/diagnosis.js'
import type { HotFunction } from '../model/evidence.js'
import type { Recording } from '../model/recording.js'
import { mostlyIn, whereOf } from './hot-spots.js'

const NORMALIZE: HotFunction = {
  kind: 'function',
  name: 'normalize',
  location: 'server.cjs:42',
  package: null,
  calledFrom: null,
  share: 0.61,
}
const CLONE: HotFunction = {
  kind: 'function',
  name: 'deepClone',
  location: 'node_modules/lodash/lodash.js:123',
  package: 'lodash',
  calledFrom: { name: '', location: 'server.cjs:9', package: null },
  share: 0.22,
}
const COLLECTOR: HotFunction = { ...NORMALIZE, kind: 'other', name: 'garbage collector', location: '', share: 0.3 }

const sentenceOf = (functions: readonly HotFunction[]) => whereOf({ samples: 1549, functions }, 'code').sentence

test('the two largest functions are named with their shares and the samples', () => {
  expect(sentenceOf([NORMALIZE, CLONE, { ...CLONE, name: 'third', share: 0.11 }])).toBe(
    '61 % of it is in normalize (server.cjs:42) and 22 % in deepClone (node_modules/lodash/lodash.js:123) called from the function at server.cjs:9, by 1,549 samples of the CPU profile.',
  )
})

test('built-ins are named by who calls them', () => {
  const from = { name: 'readBody', location: 'server.mjs:31', package: null }
  const parse: HotFunction = { ...NORMALIZE, kind: 'builtin', name: 'JSON.parse', location: '', calledFrom: from }
  expect(sentenceOf([parse])).toMatch(/^61 % of it is in JSON.parse called from readBody \(server.mjs:31\), by /)
  const sync: HotFunction = { ...parse, name: 'pbkdf2Sync', location: 'node:internal/crypto/pbkdf2:62' }
  expect(sentenceOf([sync])).toMatch(/^61 % of it is in Node's pbkdf2Sync called from readBody /)
})

test('what is no function stays in the evidence, and out of the sentence', () => {
  expect(sentenceOf([COLLECTOR, CLONE])).toMatch(/^22 % of it is in deepClone /)
  expect(sentenceOf([COLLECTOR])).toBeUndefined()
  expect(whereOf({ samples: 200, functions: [COLLECTOR] }, 'code').evidence).toHaveLength(1)
  expect(whereOf(null, 'code')).toEqual({ sentence: undefined, evidence: [] })
  expect(whereOf({ samples: 200, functions: [] }, 'code').evidence).toEqual([])
})

test('"mostly" needs more than half beyond the chance of sampling', () => {
  expect(mostlyIn({ samples: 1000, functions: [NORMALIZE] })).toBe('normalize (server.cjs:42)')
  expect(mostlyIn({ samples: 70, functions: [NORMALIZE] })).toBeNull()
  expect(mostlyIn({ samples: 1000, functions: [{ ...COLLECTOR, share: 0.9 }] })).toBeNull()
  expect(mostlyIn(null)).toBeNull()
})

const stackOf = (stage: string | null): Frame[] => [
  ['handle', 'file:///srv/server.mjs', 10],
  stage === null ? ['render', 'file:///srv/lib/render.mjs', 7] : ['JSON.parse', '', 0],
]
const finding = (recording: Recording, id: string): Finding => {
  const found = diagnose(recording).findings.find((one) => one.id === id)
  if (found === undefined) throw new Error(`${id} did not fire`)
  return found
}

test('untimed code has the name of its function in the headline, the summary, the evidence and the fix', () => {
  const recording = profiledAs(synthesize({ parseMs: 0.1, untimedWorkMs: 12, rate: 60, slaP95Ms: 60 }), stackOf)
  const found = finding(recording, 'untimed-code')
  expect(found.summary).toMatch(
    / 100 % of it is in render \(lib\/render.mjs:7\), by [\d,]+ samples of the CPU profile\.$/,
  )
  expect(found.fixes[0]!.title).toBe('Begin with render (lib/render.mjs:7): take half of it away')
  expect(found.evidence.at(-1)).toMatchObject({
    kind: 'functions',
    label: 'code in no stage',
    functions: [{ name: 'render', location: 'lib/render.mjs:7' }],
  })
  expect(diagnose(recording).headline).toMatch(
    /: code that no stage covers, mostly render \(lib\/render.mjs:7\), keeps the event loop \d\d % busy/,
  )
})

test('JSON parsing has the name of the code that calls it', () => {
  const found = finding(profiledAs(synthesize(), stackOf), 'json-parsing')
  expect(found.summary).toMatch(/100 % of it is in JSON\.parse called from handle \(server\.mjs:10\), by /)
})

test('a full event loop has the functions of all its work', () => {
  const found = finding(profiledAs(synthesize({ parseMs: 4.2 }), stackOf), 'saturated-event-loop')
  expect(found.summary).toMatch(/% of its work is in JSON\.parse called from handle \(server\.mjs:10\)/)
})

test('without a profile a finding says as much as before and is as sure', () => {
  const recording = synthesize({ profile: false })
  const [without, withOne] = [finding(recording, 'json-parsing'), finding(synthesize(), 'json-parsing')]
  expect(without.confidence).toBe(withOne.confidence)
  expect(without.evidence.every(({ kind }) => kind !== 'functions')).toBe(true)
  expect(without.summary).not.toContain('CPU profile')
})
