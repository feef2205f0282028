import { describe, expect, it } from 'vitest'
import { parseDurationMs, parseDurationWithUnitMs, parsePositiveDurationMs } from './duration.js'

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

  it('refuses more than timers can wait for', () => {
    expect(parseDurationMs('10080m', '--duration')).toBe(604_800_000)
    expect(() => parseDurationMs('40000m', '--duration')).toThrow("--duration got '40000m', wanted at most a week")
  })

  it.each(['', 'x', '-1', '1h', '1 0', 'Infinity', '1e3'])('refuses %j and names the option', (text) => {
    expect(() => parseDurationMs(text, '--warmup')).toThrow(
      expect.objectContaining({ code: 'usage', message: `--warmup got '${text}', wanted a duration` }),
    )
  })
})

describe('parsePositiveDurationMs', () => {
  it.each(['0', '0ms', '0.0s'])('refuses %s with an example', (text) => {
    expect(() => parsePositiveDurationMs(text, '--timeout', '10s')).toThrow(
      expect.objectContaining({ code: 'usage', message: '--timeout is 0', hint: 'write --timeout 10s' }),
    )
    expect(parsePositiveDurationMs('500ms', '--timeout', '10s')).toBe(500)
  })
})

describe('parseDurationWithUnitMs', () => {
  it.each([
    ['6ms', 6],
    ['1.5s', 1500],
    ['0', 0],
  ])('reads %s as %d ms', (text, ms) => {
    expect(parseDurationWithUnitMs(text, '--overhead')).toBe(ms)
  })

  it('refuses a bare number and says how to write it', () => {
    expect(() => parseDurationWithUnitMs('6', '--overhead')).toThrow(
      expect.objectContaining({ message: "--overhead got '6' without a unit", hint: 'write --overhead 6ms or 6s' }),
    )
  })
})
