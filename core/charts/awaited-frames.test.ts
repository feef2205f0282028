import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { factsOf } from '../facts/fact.js'
import { drawRequestFlames } from './request-flames.js'

function framesOf(percentile: string) {
  const facts = factsOf(synthesize({ profile: false, parseMs: 8, rate: 90, maxBatch: 0, awaitedMs: 20 }))
  const chart = drawRequestFlames(facts)
  if (!chart.available) throw new Error(chart.reason)
  const { frames } = chart.chart.requests.find(({ label }) => label === percentile)!
  return frames.map(({ stage, startMs, endMs, depth }) => ({ stage, startMs, endMs, depth }))
}

test('a stage that awaits ends in the picture when that was over, and waits for the loop from then on', () => {
  const frames = framesOf('p99')
  const at = frames.findIndex(({ stage }) => stage === 'lookup')
  const [lookup, wait] = frames.slice(at)
  expect(lookup!.endMs - lookup!.startMs).toBeGreaterThan(15)
  expect(lookup!.endMs - lookup!.startMs).toBeLessThan(26)
  expect(wait).toMatchObject({ stage: 'event-loop-wait', startMs: lookup!.endMs, depth: lookup!.depth })
  expect(wait!.endMs - wait!.startMs).toBeGreaterThan(20)
})

test('a request that waits to be seen by a busy loop is on its way for a moment only', () => {
  const [connection, wait] = framesOf('p99').filter(({ depth }) => depth === 0)
  expect(connection).toMatchObject({ stage: 'connection', startMs: 0 })
  expect(connection!.endMs).toBeLessThan(5)
  expect(wait).toMatchObject({ stage: 'event-loop-wait', startMs: connection!.endMs })
  expect(wait!.endMs - wait!.startMs).toBeGreaterThan(20)
})
