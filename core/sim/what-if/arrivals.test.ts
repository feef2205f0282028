import { describe, expect, it } from 'vitest'
import { synthesize } from '../../../fixtures/recordings/synthetic.js'
import { arrivalTimes } from '../../../load/schedule/arrivals.js'
import { factsOf } from '../../facts/fact.js'
import { traffic } from '../../facts/traffic.js'
import { timeOrder } from '../../stats/time-order.js'
import { arrivalsAt, recordedArrivals } from './arrivals.js'

const WARM_UP_MS = 2000
const DURATION_MS = 10_000
const ORIGIN_MS = 500

/** A recording whose client sent what the load generator would have scheduled at `rate`. */
function recorded(arrivals: 'poisson' | 'constant', rate: number, seed = 5) {
  const options = { seed, rate, arrivals, warmupMs: WARM_UP_MS, durationMs: DURATION_MS, profile: false }
  const recording = synthesize(options)
  const times = [...arrivalTimes({ arrivals, rate, seed, untilMs: WARM_UP_MS + DURATION_MS })]
  const { requests, meta } = recording
  const count = times.length
  const endMs = Float64Array.from(times, (ms) => ORIGIN_MS + ms + 10)
  const phase = Uint8Array.from(times, (ms) => (ms < WARM_UP_MS ? 1 : 0))
  const load = {
    ...meta.load!,
    arrivals,
    rate,
    seed,
    warmupMs: WARM_UP_MS,
    measuredFromMs: ORIGIN_MS + WARM_UP_MS,
    measuredToMs: ORIGIN_MS + WARM_UP_MS + DURATION_MS,
  }
  const table = {
    ...requests,
    count,
    phase,
    scheduledMs: Float64Array.from(times, (ms) => ORIGIN_MS + ms),
    clientEndMs: endMs,
    outcome: new Uint8Array(count),
    status: new Uint16Array(count).fill(200),
  }
  const facts = factsOf({ ...recording, requests: table, meta: { ...meta, load } })
  const window = facts.find(traffic)!
  return { arrivals: recordedArrivals(facts, window, timeOrder(window.startMs)), requests: window.rows.length }
}

describe('arrivals at another rate', () => {
  it.each(['poisson', 'constant'] as const)('are what the load generator sends with the same seed: %s', (kind) => {
    const { arrivals, requests } = recorded(kind, 60)
    const faster = arrivalsAt(arrivals, 1.5, requests)
    const truth = [...arrivalTimes({ arrivals: kind, rate: 90, seed: 5, untilMs: WARM_UP_MS + DURATION_MS })]
    expect([...faster.scheduledMs]).toEqual(truth.map((ms) => expect.closeTo(ms, 6)))
    expect(faster.measuredFrom).toBe(truth.filter((ms) => ms < WARM_UP_MS).length)
    expect(Math.max(...faster.request)).toBeLessThan(requests)
  })

  it('of traffic that no seed explains come closer together', () => {
    const { arrivals, requests } = recorded('poisson', 60)
    const traced = { ...arrivals, schedule: null }
    const faster = arrivalsAt(traced, 2, requests)
    const [first, second] = [arrivals.scheduledMs[0]!, arrivals.scheduledMs[1]!]
    expect(faster.scheduledMs[1]! - faster.scheduledMs[0]!).toBeCloseTo((second - first) / 2, 9)
    expect(faster.scheduledMs.length).toBe(arrivals.scheduledMs.length)
  })

  it('a recording whose arrivals are not those of its seed has no schedule', () => {
    const facts = factsOf(
      synthesize({ rate: 60, warmupMs: WARM_UP_MS, durationMs: DURATION_MS, burst: 4, profile: false }),
    )
    const window = facts.find(traffic)!
    expect(recordedArrivals(facts, window, timeOrder(window.startMs)).schedule).toBeNull()
  })
})

it('requests before the measured window have demands too, and are counted apart', () => {
  const { arrivals, requests } = recorded('poisson', 60)
  expect(arrivals.measuredFrom).toBeGreaterThan(50)
  expect(arrivals.scheduledMs.length - arrivals.measuredFrom).toBe(requests)
  expect(arrivals.request[arrivals.measuredFrom]).toBe(0)
})
