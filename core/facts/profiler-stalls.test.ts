import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import type { Recording } from '../model/recording.js'
import { checkQuality } from '../quality.js'
import { factsOf } from './fact.js'
import { profilerStalls } from './profiler-stalls.js'
import { traffic } from './traffic.js'

const recording = synthesize({ rate: 40, durationMs: 20_000, parseMs: 0.5 })
const window = factsOf(recording).find(traffic)!

/** The same service, held up from `fromMs` for `ms`: who was under way then took that much longer. */
function heldUp(fromMs: number, ms: number): Recording {
  const { requests, events } = recording
  const clientEndMs = requests.clientEndMs.map((endMs, row) =>
    requests.scheduledMs[row]! <= fromMs + ms && endMs >= fromMs ? endMs + ms : endMs,
  )
  return {
    ...recording,
    requests: { ...requests, clientEndMs },
    events: {
      ...events,
      count: 1,
      startMs: Float64Array.of(fromMs),
      endMs: Float64Array.of(fromMs + ms),
      kind: Uint16Array.of(0),
      thread: Uint16Array.of(0),
      detail: Uint16Array.of(0),
      kinds: ['profiler'],
      details: ['start'],
    },
  }
}

const checked = (one: Recording) => checkQuality(factsOf(one)).find(({ id }) => id === 'profiler-stall')!

test('a profile whose start holds many requests up is told, with what p95 owes to it', () => {
  const stalled = heldUp(window.fromMs + 5000, 2000)
  const { longestMs, requests, addedP95Ms } = factsOf(stalled).find(profilerStalls)!
  expect(longestMs).toBe(2000)
  expect(requests).toBeGreaterThan(60)
  expect(addedP95Ms).toBeGreaterThan(1000)
  expect(checked(stalled)).toMatchObject({ ok: false, reason: expect.stringContaining('--no-profile') })
})

test('one that holds up a few is not worth a word', () => {
  expect(checked(heldUp(window.fromMs + 5000, 50))).toMatchObject({ ok: true })
})

test('neither is one outside of the measured window, nor none', () => {
  const outside = heldUp(window.toMs + 5000, 2000)
  expect(factsOf(outside).find(profilerStalls)).toMatchObject({ longestMs: 0, requests: 0 })
  expect(checked(outside)).toMatchObject({ ok: true })
  const other = heldUp(window.fromMs + 5000, 2000)
  expect(checked({ ...other, events: { ...other.events, kinds: ['gc'] } })).toMatchObject({ ok: true })
  expect(checked({ ...recording, events: { ...recording.events, count: 0 } })).toMatchObject({ ok: true })
})
