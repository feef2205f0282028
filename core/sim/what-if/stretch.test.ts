import { expect, test } from 'vitest'
import { synthesize } from '../../../fixtures/recordings/synthetic.js'
import { factsOf } from '../../facts/fact.js'
import { stageColumn, stageTimes } from '../../facts/stage-times.js'
import { traffic } from '../../facts/traffic.js'
import { gather } from '../../stats/gather.js'
import { learnService } from './learn-service.js'
import { excerpt, MOST_REPLAYED, representativeStretch } from './stretch.js'

test('a recording that can be replayed whole is', () => {
  expect(representativeStretch(new Float64Array(MOST_REPLAYED))).toEqual({ from: 0, to: MOST_REPLAYED })
})

test('of a long recording the neighbouring requests stand for all whose p95 is nearest to theirs', () => {
  const phase = (typical: number, slow: number) =>
    Array.from({ length: MOST_REPLAYED }, (_, i) => (i % 10 === 0 ? slow : typical))
  const latencyMs = Float64Array.from([...phase(20, 90), ...phase(30, 40), ...phase(5, 5), 7, 7, 7])
  expect(representativeStretch(latencyMs)).toEqual({ from: MOST_REPLAYED, to: 2 * MOST_REPLAYED })
})

test('a stretch keeps its arrivals, and what came shortly before fills its queues', () => {
  const count = 5000
  const whole = {
    scheduledMs: Float64Array.from({ length: count + 10 }, (_, i) => 10 * i),
    request: Uint32Array.from({ length: count + 10 }, (_, i) => Math.max(0, i - 10)),
    measuredFrom: 10,
    schedule: null,
  }
  expect(excerpt(whole, { from: 0, to: count })).toBe(whole)
  const { scheduledMs, request, measuredFrom } = excerpt(whole, { from: 2000, to: 2500 })
  expect(scheduledMs[measuredFrom]).toBe(10 * 2010)
  expect(measuredFrom).toBe(1000)
  expect(scheduledMs).toHaveLength(1500)
  expect(request[measuredFrom + 3]).toBe(3)
})

test('what is learnt of a long recording is learnt of the stretch, by the order in which its requests were due', () => {
  const facts = factsOf(synthesize({ rate: 400, durationMs: 60_000 }))
  const learnt = learnService(facts)
  if (!learnt.known) throw new Error(learnt.reason)
  const { model, places } = learnt.value
  const { startMs } = facts.find(traffic)!
  const { scheduledMs, measuredFrom } = model.arrivals
  expect(startMs.length).toBeGreaterThan(MOST_REPLAYED)
  expect(places).toHaveLength(MOST_REPLAYED)
  expect(scheduledMs.subarray(measuredFrom)).toEqual(gather(startMs, places))
  const deserializeMs = stageColumn(facts.find(stageTimes)!, 'deserialize')
  const { demandMs } = model.segments.find(({ stage }) => stage === 'deserialize')!
  expect(demandMs).toEqual(gather(deserializeMs, places))
})
