import { expect, test } from 'vitest'
import { parseArrivalTrace } from './trace.js'

const parsed = (text: string) => [...parseArrivalTrace(text, 'trace.csv')]

test('plain numbers are seconds, counted from the first arrival', () => {
  expect(parsed('100\n100.5\n102\n')).toEqual([0, 500, 2000])
})

test('a unit beside the number or at the end of the column name makes them milliseconds', () => {
  expect(parsed('0ms\n12.5ms\n3s')).toEqual([0, 12.5, 3000])
  expect(parsed('id,arrival_ms\n7,40\n8,55')).toEqual([0, 15])
  expect(parsed('offsetMs\n40\n55')).toEqual([0, 15])
})

test('ISO 8601 timestamps keep what is finer than a millisecond', () => {
  const times = parsed('TIMESTAMP,tokens\n2023-11-16 18:15:46.6805900,374\n2023-11-16 18:15:46.6810900,396\n')
  expect(times[1]).toBeCloseTo(0.5, 2)
  expect(parsed('2026-01-31T12:00:00+01:00\n2026-01-31T11:00:01Z')).toEqual([0, 1000])
})

test('lines out of order are sorted, comments and empty lines skipped', () => {
  expect(parsed('# exported\r\n3\r\n\r\n1\r\n2\r\n')).toEqual([0, 1000, 2000])
})

test('a line without a time is reported with its number and what was there', () => {
  expect(() => parsed('time\n1\n\nsoon\n')).toThrow('trace.csv:4: expected a time, got "soon"')
  expect(() => parsed('0\n1e400\n')).toThrow('trace.csv:2: expected a time, got "1e400"')
  expect(() => parsed('id,time\n1,2\n3\n')).toThrow('trace.csv:3: expected a time, got nothing')
  expect(() => parsed('2026-13-45T12:00:00Z\n')).toThrow('trace.csv:1: expected a time, got "2026-13-45T12:00:00Z"')
})

test('a file without arrivals is refused', () => {
  expect(() => parsed('')).toThrow('trace.csv holds no arrival times')
  expect(() => parsed('timestamp\n')).toThrow('trace.csv holds no arrival times')
})
