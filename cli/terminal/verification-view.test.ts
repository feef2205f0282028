import { describe, expect, it } from 'vitest'
import type { Verification } from '../../core/model/verification.js'
import { PLAIN } from './paint.js'
import { showVerification } from './verification-view.js'

const verification: Verification = {
  changes: [
    { change: 'stage.deserialize=0.008x', title: 'send tensors in a binary encoding instead of JSON' },
    { change: 'batch.waitMs=2.5', title: 'wait up to 2.5 ms for a batch instead of 10 ms' },
  ],
  assumptions: ['decoding this tensor took 3.6 ms from JSON and 0.03 ms from float32 on this machine'],
  before: { p50Ms: 45, p95Ms: 150, p99Ms: 220 },
  predicted: { p50Ms: 8, p95Ms: 14, p99Ms: 17, p95IntervalMs: [13, 15] },
  measured: { p50Ms: 9, p95Ms: 14.4, p99Ms: 18, p95IntervalMs: [14, 15] },
  errorP95: -0.028,
  withinInterval: true,
  slaMet: true,
}
const paths = { after: 'out/after', report: 'out/report.html', postmortem: 'out/postmortem/postmortem.md' }
const show = (changes: Partial<Verification>) =>
  showVerification({ ...verification, ...changes }, { paint: PLAIN, paths })

describe('showVerification', () => {
  it('sets predicted with its interval against measured', () => {
    expect(show({}).replace(/\s+/g, ' ')).toContain(
      'predicted 14 ms (13 to 15 ms) and measured 14 ms, inside the interval (2.8 % too low), 150 ms before; the SLA is met.',
    )
  })

  it('says when the measurement lies outside of the interval', () => {
    expect(show({ withinInterval: false, errorP95: 0.4 }).replace(/\s+/g, ' ')).toContain(
      'outside of the interval (40 % too high)',
    )
  })

  it('shows the measurement, and why there is no prediction, when it was withheld', () => {
    const withheld = { predicted: { withheld: 'the replay misses the p95' }, errorP95: null, withinInterval: null }
    const text = show({ ...withheld, assumptions: [] })
    expect(text).not.toContain('\n\n\n')
    expect(text.replace(/\s+/g, ' ')).toContain(
      'measured 14 ms, 150 ms before; the SLA is met. No prediction: the replay misses the p95.',
    )
  })

  it('fits 80 columns', () => {
    expect(
      Math.max(
        ...show({})
          .split('\n')
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(80)
  })
})
