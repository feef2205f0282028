import { describe, expect, it } from 'vitest'
import { formatBytes, formatCount, formatMs, formatShare, formatValue, MISSING } from './numbers.js'

describe('formatMs', () => {
  it.each([
    [0, '0 ms'],
    [0.004, '<0.01 ms'],
    [0.42, '0.42 ms'],
    [0.997, '1.0 ms'],
    [4.24, '4.2 ms'],
    [9.97, '10 ms'],
    [143.4, '143 ms'],
    [999.6, '1.00 s'],
    [1534, '1.53 s'],
    [20_000, '20.0 s'],
    [-3.2, '-3.2 ms'],
    [null, MISSING],
    [Number.NaN, MISSING],
  ])('shows %s as %s', (ms, text) => {
    expect(formatMs(ms)).toBe(text)
  })
})

describe('the other units', () => {
  it('shows shares as per cent, small ones with their digits', () => {
    expect([0, 3e-17, 0.0005, 0.07, 0.954, 1, null].map(formatShare)).toEqual([
      '0 %',
      '<0.01 %',
      '0.05 %',
      '7 %',
      '95 %',
      '100 %',
      MISSING,
    ])
  })

  it('shows counts whole where they are, rates with one digit', () => {
    expect([0, 7, 0.834, 2.96, 197.4, 12_345, null].map(formatCount)).toEqual([
      '0',
      '7',
      '0.83',
      '3.0',
      '197',
      '12,345',
      MISSING,
    ])
  })

  it('shows bytes in decimal units', () => {
    expect([0, 999, 4200, 449_600, 3.2e9, null].map(formatBytes)).toEqual([
      '0 B',
      '999 B',
      '4.2 kB',
      '450 kB',
      '3.2 GB',
      MISSING,
    ])
  })

  it('shows evidence in its unit', () => {
    expect(formatValue(0.91, 'fraction')).toBe('91 %')
    expect(formatValue(198.2, 'rps')).toBe('198 requests/s')
    expect(formatValue(1500, 'bytes/s')).toBe('1.5 kB/s')
    expect(formatValue(1.25, 'cores')).toBe('1.3 cores')
  })
})
