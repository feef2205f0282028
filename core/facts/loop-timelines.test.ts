import { expect, test } from 'vitest'
import { syntheticMeta, syntheticThreads } from '../../fixtures/recordings/synthetic-meta.js'
import { MINI_CHALLENGE } from '../../fixtures/recordings/synthetic-options.js'
import { SPAN_CONTAINER, SPAN_SYNC } from '../model/recording.js'
import { RecordingTables, type SpanRow } from '../model/recording-tables.js'
import { factsOf } from './fact.js'
import { busyForOthers, busyUpTo, loopTimelines, mostlyBusy } from './loop-timelines.js'

function timelineOf(spans: SpanRow[]) {
  const tables = new RecordingTables()
  for (const span of spans) tables.span(span)
  const facts = factsOf(tables.build(syntheticMeta(MINI_CHALLENGE, 0, 1000), syntheticThreads(0)))
  return facts.find(loopTimelines)!.get(0)!
}

const read = (request: number, startMs: number, endMs: number, idleStartMs: number, idleEndMs: number): SpanRow => ({
  stage: 'handler',
  request,
  startMs,
  endMs,
  idleStartMs,
  idleEndMs,
  flags: SPAN_CONTAINER,
})

test('busy time is wall time less idle time, spread evenly between two readings', () => {
  const loop = timelineOf([read(0, 0, 10, 100, 104)])
  expect(busyUpTo(loop, 10)).toBeCloseTo(6, 5)
  expect(busyUpTo(loop, 5)).toBeCloseTo(3, 5)
  expect(busyUpTo(loop, -1)).toBe(0)
  expect(busyUpTo(loop, 50)).toBeCloseTo(6, 5)
})

test('a synchronous span is busy throughout, and what it explains is not spread elsewhere', () => {
  const loop = timelineOf([
    read(0, 0, 10, 100, 106),
    { stage: 'deserialize', request: 0, startMs: 2, endMs: 6, flags: SPAN_SYNC },
  ])
  expect(busyUpTo(loop, 6) - busyUpTo(loop, 2)).toBeCloseTo(4, 5)
  expect(busyUpTo(loop, 10)).toBeCloseTo(4, 5)
})

test('nested synchronous spans are counted once, each stage with its own time', () => {
  const loop = timelineOf([
    { stage: 'handler', request: 0, startMs: 0, endMs: 10, flags: SPAN_CONTAINER },
    { stage: 'outer', request: 0, startMs: 0, endMs: 10, flags: SPAN_SYNC },
    { stage: 'inner', request: 0, startMs: 2, endMs: 5, flags: SPAN_SYNC },
  ])
  expect(busyUpTo(loop, 10)).toBeCloseTo(10, 9)
  expect([...loop.syncMs]).toEqual([0, 7, 3])
})

test('busy time between one request and another is half the work of each', () => {
  const loop = timelineOf([read(0, 0, 20, 100, 100), read(1, 8, 12, 100, 100)])
  expect(busyForOthers(loop, 0, 8, 0)).toBeCloseTo(4, 5)
  expect(busyForOthers(loop, 8, 12, 0)).toBeCloseTo(4, 5)
  expect(busyForOthers(loop, 8, 12, 1)).toBeCloseTo(0, 5)
  expect(busyForOthers(loop, 0, 8, 7)).toBeCloseTo(8, 5)
})

test('a loop that is woken up in the very middle of a moment was not at work before', () => {
  // Idle from 0 to 20.1 and at work from there to 30.1: times that no floating point number is equal to.
  const loop = timelineOf([
    read(0, 0, 20.1, 100, 120.1),
    { stage: 'deserialize', request: 0, startMs: 20.1, endMs: 30.1, flags: SPAN_SYNC },
  ])
  for (const halfMs of [0.05, 0.1, 0.3, 0.7]) expect(mostlyBusy(loop, 20.1 - halfMs, 20.1 + halfMs)).toBe(false)
  expect(mostlyBusy(loop, 20, 20.4)).toBe(true)
  expect(mostlyBusy(loop, Number.NaN, 20)).toBe(false)
})
