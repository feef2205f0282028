import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { NO_ROW, PHASES } from './recording.js'
import { sliceRecording } from './recording-slice.js'

test('a slice is a recording of its own: rows of its time, links among them, and time 0 at its beginning', () => {
  const whole = synthesize({ seed: 1 })
  const load = { ...whole.meta.load!, measuredFromMs: 3000, measuredToMs: 5000, rate: 77 }
  const slice = sliceRecording(whole, { fromMs: 2000, toMs: 6000, id: 'part', load })
  expect(slice.meta).toMatchObject({
    id: 'part',
    durationMs: 4000,
    load: { rate: 77, measuredFromMs: 1000, measuredToMs: 3000 },
  })
  const { requests, spans, batches } = slice
  expect(requests.count).toBeGreaterThan(0)
  expect(requests.count).toBeLessThan(whole.requests.count)
  for (let row = 0; row < requests.count; row++) {
    expect(requests.scheduledMs[row]).toBeGreaterThanOrEqual(0)
    expect(requests.scheduledMs[row]).toBeLessThan(4000)
    if (requests.scheduledMs[row]! >= 3000) expect(PHASES[requests.phase[row]!]).toBe('other')
  }
  for (let row = 0; row < spans.count; row++) {
    const request = spans.request[row]!
    if (request !== NO_ROW) expect(spans.endMs[row]).toBeGreaterThanOrEqual(requests.scheduledMs[request]!)
    const batch = spans.batch[row]!
    if (batch === NO_ROW) continue
    expect(batch).toBeLessThan(batches.count)
    expect(spans.startMs[row]).toBeLessThanOrEqual(batches.endedMs[batch]!)
  }
})
