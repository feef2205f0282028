import { describe, expect, it } from 'vitest'
import { describeProgress } from './progress-line.js'

describe('describeProgress', () => {
  it('names the phase while there are no numbers', () => {
    expect(describeProgress({ phase: 'starting' })).toBe('waiting for the service ...')
  })

  it('shows time, rate, p95 and errors under load', () => {
    const progress = {
      phase: 'measuring',
      elapsedMs: 3400,
      totalMs: 10_000,
      throughputRps: 49.7,
      p95Ms: 12.3,
      errors: 2,
    }
    expect(describeProgress({ ...progress, phase: 'measuring' })).toBe(
      'measuring 3 of 10 s   49.7 requests/s   p95 12 ms   2 errors',
    )
  })

  it('leaves out what is not known yet', () => {
    expect(
      describeProgress({ phase: 'warm-up', elapsedMs: 0, totalMs: 3000, throughputRps: null, p95Ms: null, errors: 0 }),
    ).toBe('warming up 0 of 3 s   0 errors')
  })
})
