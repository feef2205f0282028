import { expect, test } from 'vitest'
import { backlogOf } from './backlog.js'
import { intervalUnion } from './interval-union.js'

const pauses = intervalUnion(Float64Array.of(100, 200), Float64Array.of(140, 210))

test('who comes when a pause begins waits for all of it, later ones for what the idle time has not taken off', () => {
  const { leftMs } = backlogOf(pauses, 0.5)
  expect([99, 100, 120, 140, 180].map(leftMs)).toEqual([0, 40, 30, 20, 0])
})

test('a pause that comes before the last one is worked off adds to it', () => {
  const { leftMs } = backlogOf(pauses, 0.25)
  // 40 less a quarter of 100, and 10 more.
  expect([200, 240, 400].map(leftMs)).toEqual([25, 15, 0])
})

test('pauses that begin later count as far as they last within the time', () => {
  const { startedMs } = backlogOf(pauses, 0.5)
  expect(startedMs(0, 500)).toBe(50)
  expect(startedMs(110, 500)).toBe(10)
  expect(startedMs(110, 204)).toBe(4)
  expect(startedMs(110, 150)).toBe(0)
  expect(backlogOf(intervalUnion(new Float64Array(), new Float64Array()), 0.5).leftMs(10)).toBe(0)
})
