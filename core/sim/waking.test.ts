import { describe, expect, it } from 'vitest'
import type { StationSpec } from './network.js'
import { simulate } from './simulate.js'

const LOOPS: readonly StationSpec[] = [
  { kind: 'pool', servers: 1 },
  { kind: 'event-loop', returningFrom: 1 },
]

function run(station: StationSpec, arrivals: readonly number[], wakes: readonly number[]) {
  const jobs = {
    arrivalMs: Float64Array.from(arrivals),
    demandMs: new Float64Array(arrivals.length).fill(10),
    wakeMs: Float64Array.from(wakes),
  }
  return simulate({ stations: [station], route: [0] }, jobs, { steps: true })
}

describe.each(LOOPS)('a sleeping $kind', (loop) => {
  it('begins with a job when it is awake, which is no work', () => {
    const { endMs, stations } = run(loop, [5], [2])
    expect([...endMs]).toEqual([17])
    expect(stations[0]!.busyMs).toBe(10)
  })

  it('wakes up once for all that come meanwhile, and not at all for what finds it at work', () => {
    const { endMs, stepWakeMs } = run(loop, [0, 1, 8, 60], [3, 7, 7, 4])
    expect([...endMs]).toEqual([13, 23, 33, 74])
    expect([...stepWakeMs!]).toEqual([3, 2, 0, 4])
  })
})

it('what comes before an event loop is awake belongs to its first round', () => {
  // Job 1 wakes the loop up from 5 to 7 and job 2 comes meanwhile: job 0, back from the thread at 10, waits for both, until 27.
  const jobs = {
    arrivalMs: Float64Array.of(0, 5, 6),
    demandMs: Float64Array.of(1, 9, 1, 10, 0, 1, 10, 0, 1),
    wakeMs: Float64Array.of(0, 0, 0, 2, 0, 0, 0, 0, 0),
  }
  const stations = [LOOPS[1]!, { kind: 'pool', servers: 3 } as const]
  expect(simulate({ stations, route: [0, 1, 0] }, jobs).endMs[0]).toBe(28)
})

it.each(LOOPS)('a timer of a batcher does not wait for a $kind that only wakes up', (loop) => {
  // Job 0 is in the batcher from 1 on, due at 6; job 1 wakes the loop up from 4 to 8.
  const jobs = {
    arrivalMs: Float64Array.of(0, 4),
    demandMs: Float64Array.of(1, 0, 10, 0),
    wakeMs: Float64Array.of(0, 0, 4, 0),
  }
  const batches = { kind: 'batcher', maxBatch: 4, maxWaitMs: 5, slots: 1, timerAt: 0 } as const
  const stations = [loop, { ...batches, serviceMs: Float64Array.of(0, 2, 2, 2, 2) }]
  expect(simulate({ stations, route: [0, 1] }, jobs).endMs[0]).toBe(8)
})

describe.each(LOOPS)('a $kind that works on when a job has left', (loop) => {
  it('makes others wait for that, and counts it as busy', () => {
    const jobs = {
      arrivalMs: Float64Array.of(0, 1, 50),
      demandMs: Float64Array.of(10, 10, 10),
      afterMs: Float64Array.of(4, 0, 2),
    }
    const { endMs, stations } = simulate({ stations: [loop], route: [0] }, jobs)
    expect([...endMs]).toEqual([10, 24, 60])
    expect(stations[0]!.busyMs).toBe(36)
  })

  it('lets the job itself go on meanwhile', () => {
    const jobs = {
      arrivalMs: Float64Array.of(0),
      demandMs: Float64Array.of(10, 1, 10),
      afterMs: Float64Array.of(4, 0, 0),
    }
    // Back from the thread at 11, it finds the loop at work until 14.
    const stations = [loop, { kind: 'pool', servers: 1 } as const]
    expect([...simulate({ stations, route: [0, 1, 0] }, jobs).endMs]).toEqual([24])
  })
})

it('nobody waits where nothing takes time to wake up', () => {
  const jobs = { arrivalMs: Float64Array.of(0), demandMs: Float64Array.of(1) }
  expect(simulate({ stations: [LOOPS[0]!], route: [0] }, jobs, { steps: true }).stepWakeMs).toBeNull()
})
