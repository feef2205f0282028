import { expect, test } from 'vitest'
import { serviceModel } from '../../../test/support/service-model.js'
import { excerpt, MOST_REPLAYED, representativeStretch } from './stretch.js'

test('a recording that can be replayed whole is', () => {
  expect(representativeStretch(new Float64Array(MOST_REPLAYED))).toBeNull()
})

test('of a long recording the neighbouring requests stand for all whose p95 is nearest to theirs', () => {
  const phase = (typical: number, slow: number) =>
    Array.from({ length: MOST_REPLAYED }, (_, i) => (i % 10 === 0 ? slow : typical))
  const latencyMs = Float64Array.from([...phase(20, 90), ...phase(30, 40), ...phase(5, 5), 7, 7, 7])
  expect(representativeStretch(latencyMs)).toEqual({ from: MOST_REPLAYED, to: 2 * MOST_REPLAYED })
})

test('a stretch keeps its requests with their demands, and what came shortly before fills its queues', () => {
  const count = 5000
  const column = Float64Array.from({ length: count }, (_, i) => i)
  const whole = serviceModel(count, {
    arrivals: {
      scheduledMs: Float64Array.from({ length: count + 10 }, (_, i) => 10 * i),
      request: Uint32Array.from({ length: count + 10 }, (_, i) => Math.max(0, i - 10)),
      measuredFrom: 10,
      schedule: null,
    },
    connectionWaking: { wakeMs: column, asleep: new Uint8Array(count) },
    segments: [{ stage: 'deserialize', place: { kind: 'loop' }, demandMs: column }],
  })
  const part = excerpt(whole, { from: 2000, to: 2500 })
  const { scheduledMs, request, measuredFrom } = part.arrivals
  expect(scheduledMs[measuredFrom]).toBe(10 * 2010)
  expect(measuredFrom).toBe(1000)
  expect(scheduledMs).toHaveLength(1500)
  expect(part.connectionWaking!.wakeMs[0]).toBe(2000)
  expect(part.segments[0]!.demandMs[request[measuredFrom + 3]!]).toBe(2003)
})
