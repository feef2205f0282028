import { expect, test } from 'vitest'
import {
  formatBytes,
  formatCount,
  formatDeviation,
  formatMs,
  formatPercent,
  formatPercentBeyond,
  formatRange,
  formatValue,
  plural,
} from './quantity.js'

test.each([
  [0, '0 ms'],
  [0.000_01, '<0.1 µs'],
  [-0.000_01, '>-0.1 µs'],
  [0.003_41, '3.4 µs'],
  [0.009_96, '0.01 ms'],
  [0.0712, '0.071 ms'],
  [0.38, '0.38 ms'],
  [4.24, '4.2 ms'],
  [9.96, '10 ms'],
  [141.3, '141 ms'],
  [999.7, '1 s'],
  [1384, '1.38 s'],
  [12_440, '12.4 s'],
  [300_000, '5 min'],
])('%f ms reads %s', (ms, text) => {
  expect(formatMs(ms)).toBe(text)
})

test.each([
  [0, '0 %'],
  [0.0001, '<0.1 %'],
  [0.042, '4.2 %'],
  [0.4529, '45 %'],
  [1, '100 %'],
])('the fraction %f reads %s', (fraction, text) => {
  expect(formatPercent(fraction)).toBe(text)
})

test('a deviation says on which side it is', () => {
  expect(formatDeviation(-0.008)).toBe('0.8 % below')
  expect(formatDeviation(0.12)).toBe('12 % above')
  expect(formatDeviation(0.0001)).toBe('equal to')
})

test('sizes and counts are short, and what is not a number was not measured', () => {
  expect(formatBytes(452_118)).toBe('452 kB')
  expect(formatBytes(999_700)).toBe('1 MB')
  expect(formatCount(12_345)).toBe('12,345')
  expect(formatCount(2.873)).toBe('2.9')
  expect(formatCount(0.0001)).toBe('0.0001')
  expect(formatValue(1, 'cores')).toBe('1 core')
  expect(formatValue(92e6, 'bytes/s')).toBe('92 MB/s')
  expect(formatValue(Number.NaN, 'ms')).toBe('not measured')
  expect(plural(2, 'batch')).toBe('2 batches')
})

test('an interval says what both ends share once', () => {
  expect(formatRange([10_001, 10_004])).toBe('about 10 s')
  expect(formatRange([126.2, 147.9])).toBe('126 to 148 ms')
  expect(formatRange([0.009, 1200])).toBe('9 µs to 1.2 s')
})

test.each([
  [0.152, '15.2 %'],
  [0.1501, '15.1 %'],
  [-0.152, '-15.2 %'],
  [-0.347, '-35 %'],
  [1.2, '120 %'],
])('%f beyond 0.15 is told as %s', (fraction, text) => {
  expect(formatPercentBeyond(fraction, 0.15)).toBe(text)
})
