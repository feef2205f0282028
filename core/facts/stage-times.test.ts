import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { syntheticMeta, syntheticThreads } from '../../fixtures/recordings/synthetic-meta.js'
import { MINI_CHALLENGE } from '../../fixtures/recordings/synthetic-options.js'
import { type Recording, SPAN_CONTAINER, SPAN_SYNC } from '../model/recording.js'
import { RecordingTables, type SpanRow } from '../model/recording-tables.js'
import { factsOf } from './fact.js'
import { timeAt } from './stage-columns.js'
import { stageColumn, stageTimes, timeInStages } from './stage-times.js'
import { traffic } from './traffic.js'

/** Stage times of the request at `position` of the measured ones, rounded to nanoseconds. */
function stagesOf(recording: Recording, position = 0): Record<string, number> {
  const times = factsOf(recording).get(stageTimes)
  if (!times.known) throw new Error(times.reason)
  const { columns, stages } = times.value
  const found: Record<string, number> = {}
  for (const [id, column] of columns.entries()) {
    const rounded = Math.round((column === null ? 0 : timeAt(column, position)) * 1e6) / 1e6
    if (rounded > 0) found[stages[id]!] = rounded
  }
  return found
}

const AT = MINI_CHALLENGE.warmupMs

type Times = { scheduledMs?: number; serverStartMs: number; serverEndMs: number; clientEndMs?: number }

/** A recording of hand-made requests; all times count from the start of the measured window. */
function recordingOf(requests: { times: Times; spans: SpanRow[] }[], sharedClock = true): Recording {
  const tables = new RecordingTables()
  for (const { times, spans } of requests) {
    const shifted = Object.fromEntries(Object.entries(times).map(([name, ms]) => [name, ms + AT]))
    const request = tables.request(shifted)
    for (const span of spans) tables.span({ ...span, request, startMs: span.startMs + AT, endMs: span.endMs + AT })
  }
  const meta = syntheticMeta(MINI_CHALLENGE, requests.length, AT + 1000)
  return tables.build({ ...meta, load: { ...meta.load!, sharedClock } }, syntheticThreads(0))
}

const sync = (stage: string, startMs: number, endMs: number): SpanRow => ({ stage, startMs, endMs, flags: SPAN_SYNC })
const handler = (startMs: number, endMs: number, idleStartMs: number, idleEndMs: number): SpanRow => ({
  stage: 'handler',
  startMs,
  endMs,
  idleStartMs,
  idleEndMs,
  flags: SPAN_CONTAINER,
})

test('the stages of every request sum to its latency', () => {
  const recording = synthesize({ durationMs: 5000 })
  const facts = factsOf(recording)
  const times = facts.find(stageTimes)!
  const { latencyMs } = facts.find(traffic)!
  for (let i = 0; i < latencyMs.length; i++) {
    let sum = 0
    for (const column of times.columns) sum += column === null ? 0 : timeAt(column, i)
    expect(Math.abs(sum - latencyMs[i]!)).toBeLessThan(1e-9)
  }
})

test('the latest started span owns the time, nested or merely overlapping', () => {
  const times = { scheduledMs: 0, serverStartMs: 0, serverEndMs: 10, clientEndMs: 10 }
  const nested = [sync('outer', 0, 10), sync('inner', 2, 5)]
  expect(stagesOf(recordingOf([{ times, spans: nested }]))).toEqual({ outer: 7, inner: 3 })
  const overlapping = [sync('first', 0, 6), sync('second', 4, 10)]
  expect(stagesOf(recordingOf([{ times, spans: overlapping }]))).toEqual({ first: 4, second: 6 })
})

test('what only the handler covers is unattributed while the loop idles or works for the request itself', () => {
  const times = { scheduledMs: 0, serverStartMs: 0, serverEndMs: 10, clientEndMs: 10 }
  const spans = [handler(0, 10, 100, 106), sync('deserialize', 0, 2)]
  expect(stagesOf(recordingOf([{ times, spans }]))).toEqual({ deserialize: 2, unattributed: 8 })
})

/** From 0 to 10 ms a request waits and the loop works for another one from 1 ms on, until `workedMs`. */
function besides(spans: SpanRow[], workedMs: number): Record<string, number> {
  const waiting = { times: { scheduledMs: 0, serverStartMs: 0, serverEndMs: 10, clientEndMs: 10 }, spans }
  const working = {
    times: { scheduledMs: 1, serverStartMs: 1, serverEndMs: workedMs, clientEndMs: workedMs },
    spans: [sync('deserialize', 1, workedMs)],
  }
  return stagesOf(recordingOf([waiting, working]))
}

test('what only the handler covers is waiting for the loop while that works for somebody else, up to the end', () => {
  expect(besides([handler(0, 10, 100, 101.01)], 9.99)).toEqual({ 'event-loop-wait': 8.99, unattributed: 1.01 })
})

test('a request that still waits when the loop has rested waits for something else', () => {
  expect(besides([handler(0, 10, 100, 102)], 9)).toEqual({ unattributed: 10 })
  const own = { stage: 'lookup', startMs: 0, endMs: 10, flags: 0, idleStartMs: 100, idleEndMs: 102 }
  expect(besides([own], 9)).toEqual({ lookup: 10 })
})

test('after a stage off the loop, and while its body arrives, a request waits for the loop from the start', () => {
  const queued: SpanRow = { stage: 'queue', startMs: 0, endMs: 2, flags: 0 }
  expect(besides([handler(0, 10, 100, 102), queued], 9)).toEqual({ queue: 2, 'event-loop-wait': 7, unattributed: 1 })
  const body = { stage: 'network-in', startMs: 0, endMs: 10, flags: 0, idleStartMs: 100, idleEndMs: 102 }
  expect(besides([body], 9)).toEqual({ 'event-loop-wait': 8, 'network-in': 2 })
})

test('before the server saw the request, a busy loop is waiting and the rest is connection', () => {
  const early = {
    times: { scheduledMs: 0, serverStartMs: 0, serverEndMs: 4, clientEndMs: 4 },
    spans: [sync('deserialize', 0, 4)],
  }
  const late = {
    times: { scheduledMs: 0, serverStartMs: 5, serverEndMs: 7, clientEndMs: 8 },
    spans: [handler(5, 7, 100, 100), sync('deserialize', 5, 7)],
  }
  expect(stagesOf(recordingOf([early, late]), 1)).toEqual({
    'event-loop-wait': 4,
    connection: 1,
    deserialize: 2,
    'network-out': 1,
  })
})

test('on different clocks only durations count: what the server did not see is connection', () => {
  const request = {
    times: { scheduledMs: 0, serverStartMs: 500, serverEndMs: 503, clientEndMs: 10 },
    spans: [sync('deserialize', 500, 503)],
  }
  expect(stagesOf(recordingOf([request], false))).toEqual({ deserialize: 3, connection: 7 })
})

test('spans that outlive the client are cut at its last byte', () => {
  const times = { scheduledMs: 0, serverStartMs: 0, serverEndMs: 12, clientEndMs: 10 }
  expect(stagesOf(recordingOf([{ times, spans: [sync('serialize', 0, 12)] }]))).toEqual({ serialize: 10 })
})

test('says that nothing was answered, rather than that no agent saw it', () => {
  const tables = new RecordingTables()
  const times = { scheduledMs: AT, sentMs: AT, serverStartMs: AT, serverEndMs: AT + 5, clientEndMs: AT + 5 }
  const request = tables.request({ ...times, status: 500, outcome: 'http-error' })
  tables.span({ ...sync('model', AT + 1, AT + 2), request })
  const recording = tables.build(syntheticMeta(MINI_CHALLENGE, 1, AT + 1000), syntheticThreads(0))
  expect(factsOf(recording).get(stageTimes)).toMatchObject({ known: false, reason: 'no request was answered' })
})

test('a column holds one stage of all requests, and counts those that have it', () => {
  const times = { serverStartMs: 0, serverEndMs: 10, scheduledMs: 0, clientEndMs: 10 }
  const recording = recordingOf([
    { times, spans: [sync('deserialize', 1, 3)] },
    { times, spans: [] },
    { times, spans: [sync('deserialize', 4, 5), sync('deserialize', 6, 7)] },
  ])
  const found = factsOf(recording).find(stageTimes)!
  expect([...stageColumn(found, 'deserialize')]).toEqual([2, 0, 2])
  expect([...found.columns[found.stages.indexOf('deserialize')]!.places]).toEqual([0, 2])
  expect([...stageColumn(found, 'nowhere')]).toEqual([0, 0, 0])
  expect([...timeInStages(found, (stage) => stage !== 'deserialize')].map(Math.round)).toEqual([8, 10, 8])
})

test('the order in which spans were recorded does not matter, however many a request has', () => {
  const times = { serverStartMs: 0, serverEndMs: 400, scheduledMs: 0, clientEndMs: 400 }
  const few = [sync('deserialize', 0, 4), sync('inner', 0, 2), sync('outer', 0, 4)]
  const many = Array.from({ length: 100 }, (_, i) => sync(i % 3 === 0 ? 'deserialize' : 'serialize', 4 * i, 4 * i + 3))
  const [first, reversed, after] = [many, [...many].reverse(), few].map((spans) => ({ times, spans }))
  const recording = recordingOf([first!, reversed!, after!])
  expect(stagesOf(recording, 1)).toEqual(stagesOf(recording, 0))
  // Less is left of a request with fewer spans than the one before it.
  expect(stagesOf(recording, 2)).toMatchObject({ inner: 2, outer: 2 })
})

test('stages that each request has a name of its own for take memory for what there is', () => {
  const named = Array.from({ length: 3000 }, (_, i) => ({
    times: { serverStartMs: i, serverEndMs: i + 1, scheduledMs: i, clientEndMs: i + 1 },
    spans: [sync(`step ${i}`, i, i + 0.5), ...(i % 2 === 0 ? [sync('even', i + 0.5, i + 1)] : [])],
  }))
  const { columns, stages } = factsOf(recordingOf(named)).find(stageTimes)!
  const held = columns.reduce((sum, column) => sum + (column?.ms.buffer.byteLength ?? 0), 0)
  expect(held).toBeLessThan(3000 * 1024)
  const even = columns[stages.indexOf('even')]!
  expect([0, 1, 2, 2998, 2999].map((place) => timeAt(even, place))).toEqual([0.5, 0, 0.5, 0.5, 0])
})
