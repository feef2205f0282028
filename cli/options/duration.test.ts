import { describe, expect, it } from 'vitest'
import { parseDurationMs } from './duration.js'

describe('parseDurationMs', () => {
  it.each([
    ['10', 10_000],
    ['10s', 10_000],
    ['0', 0],
    ['0.5', 500],
    ['500ms', 500],
    ['2m', 120_000],
  ])('reads %s as %d ms', (text, ms) => {
    expect(parseDurationMs(text, '--duration')).toBe(ms)
  })

  it.each(['', 'x', '-1', '1h', '1 0', 'Infinity', '1e3'])('refuses %j and names the option', (text) => {
    expect(() => parseDurationMs(text, '--warmup')).toThrow(
      expect.objectContaining({ code: 'usage', message: `--warmup got '${text}', wanted a duration` }),
    )
  })
})
