import { describe, expect, it } from 'vitest'
import { parseCount, parsePositive, parseSentRate } from './number.js'

describe('parsePositive', () => {
  it('reads whole and broken numbers', () => {
    expect(parsePositive('50', '--rate')).toBe(50)
    expect(parsePositive('0.5', '--rate')).toBe(0.5)
  })

  it.each(['0', '-1', '', 'NaN', '5x'])('refuses %j', (text) => {
    expect(() => parsePositive(text, '--rate')).toThrow(`--rate got '${text}', wanted a number above 0`)
  })
})

describe('parseSentRate', () => {
  it('refuses a rate that nothing can send', () => {
    expect(parseSentRate('1000000', '--rate')).toBe(1e6)
    expect(() => parseSentRate('1e9', '--rate')).toThrow("--rate got '1e9', wanted at most 1,000,000")
    expect(() => parsePositive('Infinity', '--rate')).toThrow("--rate got 'Infinity', wanted at most 1,000,000,000")
  })
})

describe('parseCount', () => {
  it('reads 0 and more', () => {
    expect(parseCount('0', '--seed')).toBe(0)
    expect(parseCount('42', '--seed')).toBe(42)
  })

  it.each(['-1', '1.5', '', 'one'])('refuses %j', (text) => {
    expect(() => parseCount(text, '--seed')).toThrow(`--seed got '${text}', wanted a whole number`)
  })
})
