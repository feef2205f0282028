import { describe, expect, it } from 'vitest'
import type { Verification } from '../../core/model/verification.js'
import { verificationOf, withheldVerification } from '../../test/support/verification.js'
import { PLAIN } from './paint.js'
import { showVerification } from './verification-view.js'

const paths = { after: 'out/after', report: 'out/report.html', postmortem: 'out/postmortem/postmortem.md' }
const show = (verification: Verification) => showVerification(verification, PLAIN, paths)

describe('showVerification', () => {
  it('sets predicted with its interval against measured', () => {
    expect(show(verificationOf()).replace(/\s+/g, ' ')).toContain(
      'predicted 14 ms (13 to 15 ms) and measured 14 ms, inside the interval (2.8 % too low), 150 ms before; the SLA is met.',
    )
  })

  it('says how many changes there were, and needs no paths', () => {
    const [first] = verificationOf().changes
    const of = (count: number) => showVerification(verificationOf({ changes: Array(count).fill(first) }), PLAIN)
    expect(of(1)).toMatch(/^With the change the p95/)
    expect(of(2)).toMatch(/^With both changes the p95/)
    expect(of(3)).toMatch(/^With the 3 changes the p95/)
    expect(of(1)).not.toMatch(/\n\n$/)
  })

  it('says when the measurement lies outside of the interval', () => {
    expect(show(verificationOf({ withinInterval: false, errorP95: 0.4 })).replace(/\s+/g, ' ')).toContain(
      'outside of the interval (40 % too high)',
    )
  })

  it('shows the measurement, and why there is no prediction, when it was withheld', () => {
    const text = show(withheldVerification('the replay misses the p95'))
    expect(text).not.toContain('\n\n\n')
    expect(text.replace(/\s+/g, ' ')).toContain(
      'measured 14 ms, 150 ms before; the SLA is met. No prediction: the replay misses the p95.',
    )
  })

  it('fits 80 columns', () => {
    expect(
      Math.max(
        ...show(verificationOf())
          .split('\n')
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(80)
  })
})
