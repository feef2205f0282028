import { expect, test } from 'vitest'
import type { Level } from '../../core/model/load-level.js'
import { ProgressLine } from '../terminal/progress-line.js'
import { LoadProgressView } from './progress-view.js'

const HELD = { rate: 50, p95Ms: 12, constraint: null, stability: { kind: 'stable' }, void: null, targets: [] } as const
const FIRST_BYTE = {
  name: 'ttft.p95',
  until: 'first-byte',
  limitMs: 100,
  measuredMs: 80,
  lateFraction: 0,
  lateStandardError: 0,
} as const

test.each<[string, Partial<Level>]>([
  ['passes, p95 12 ms', { slaMet: true }],
  ['passes, p95 12 ms, ttft.p95 80 ms', { slaMet: true, targets: [FIRST_BYTE] }],
  ['fails (p95), p95 12 ms', { slaMet: false, constraint: 'p95' }],
  ['held, p95 12 ms', { slaMet: null }],
  ['held, unstable', { slaMet: null, p95Ms: null, stability: { kind: 'unstable', reason: 'the backlog grew' } }],
  [
    'void (client), p95 12 ms',
    { slaMet: null, constraint: 'client', void: { cause: 'client-bound', reason: 'it could not keep up' } },
  ],
  [
    'void (every request failed)',
    { slaMet: null, p95Ms: null, void: { cause: 'all-failed', reason: 'every request failed' } },
  ],
])('a level %s', (outcome, level) => {
  let shown = ''
  const stream = { isTTY: true, columns: 80, write: (text: string) => (shown += text) }
  const view = new LoadProgressView(new ProgressLine(stream as unknown as NodeJS.WriteStream, {}), {
    kind: 'steps',
    arrivals: 'poisson',
    rates: [50],
    durationMs: 1000,
  })
  view.measured({ ...HELD, ...level } as Level)
  expect(shown).toBe(`50 requests/s ${outcome}\n`)
})
