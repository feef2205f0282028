import { expect, test } from 'vitest'
import { syntheticMeta, syntheticThreads } from '../../fixtures/recordings/synthetic-meta.js'
import { MINI_CHALLENGE } from '../../fixtures/recordings/synthetic-options.js'
import { factsOf } from '../facts/fact.js'
import { loopTimelines } from '../facts/loop-timelines.js'
import { SPAN_CONTAINER, SPAN_SYNC } from '../model/recording.js'
import { RecordingTables, type SpanRow } from '../model/recording-tables.js'
import { requestFrames } from './request-frames.js'
import { gapFrames } from './request-gaps.js'

const AT = MINI_CHALLENGE.warmupMs

/** The gaps of a request from 0 to 10 ms beside one that the loop works for from 1 to 9, and then rests. */
function gapsBeside(spans: readonly SpanRow[]): (readonly [string, number, number])[] {
  const tables = new RecordingTables()
  const requestFrom = (fromMs: number, toMs: number, own: readonly SpanRow[]) => {
    const times = {
      scheduledMs: AT + fromMs,
      serverStartMs: AT + fromMs,
      serverEndMs: AT + toMs,
      clientEndMs: AT + toMs,
    }
    const request = tables.request(times)
    for (const span of own) tables.span({ ...span, request, startMs: span.startMs + AT, endMs: span.endMs + AT })
    return request
  }
  const handler = { stage: 'handler', startMs: 0, endMs: 10, idleStartMs: 100, idleEndMs: 102, flags: SPAN_CONTAINER }
  const row = requestFrom(0, 10, [handler, ...spans])
  requestFrom(1, 9, [{ stage: 'deserialize', startMs: 1, endMs: 9, flags: SPAN_SYNC }])
  const facts = factsOf(tables.build(syntheticMeta(MINI_CHALLENGE, 2, AT + 1000), syntheticThreads(0)))
  const window = { row, originMs: AT, totalMs: 10, shared: true }
  const gaps = gapFrames(facts, requestFrames(facts, window).frames, window, facts.find(loopTimelines)!.get(0))
  return gaps.map(({ stage, startMs, endMs }) => [stage, startMs, endMs] as const).sort((a, b) => a[1] - b[1])
}

test('a gap at whose end the loop has rested is no wait for it', () => {
  expect(gapsBeside([])).toEqual([['unattributed', 0, 10]])
})

test('after the queue a request waits for all that the loop does for others, and no longer', () => {
  expect(gapsBeside([{ stage: 'queue', startMs: 0, endMs: 2, flags: 0 }])).toEqual([
    ['event-loop-wait', 2, 9],
    ['unattributed', 9, 10],
  ])
})
