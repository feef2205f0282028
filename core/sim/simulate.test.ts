import { describe, expect, it } from 'vitest'
import { at, batcher, pool } from '../../test/support/one-station.js'
import type { BatcherSpec, Jobs, Network } from './network.js'
import { simulate } from './simulate.js'

describe('the batcher', () => {
  it('releases a full batch at once', () => {
    expect([...simulate(batcher({}), at(0, 1, 2, 3)).endMs]).toEqual([19, 19, 19, 19])
  })

  it('releases a part-full batch when its oldest job has waited long enough', () => {
    expect([...simulate(batcher({}), at(0, 6)).endMs]).toEqual([22, 22])
  })

  it('lets jobs gather while the device is busy and sends what is due when it frees', () => {
    expect([...simulate(batcher({}), at(0, 11, 12, 19)).endMs]).toEqual([20, 35, 35, 35])
    const run = simulate(batcher({ serviceMs: Float64Array.of(0, 30, 32, 34, 36) }), at(0, 11, 35))
    expect([...run.endMs]).toEqual([40, 72, 72])
  })

  it('keeps the order of arrival and never exceeds its size when a backlog is longer than a batch', () => {
    const { endMs, stations } = simulate(batcher({}), at(0, 0, 0, 0, 1, 1, 1, 1, 1))
    expect([...endMs]).toEqual([16, 16, 16, 16, 32, 32, 32, 32, 42])
    expect(stations[0]).toEqual({ busyMs: 42, started: 3, served: 9 })
  })

  it('runs as many batches at once as the device has slots', () => {
    expect([...simulate(batcher({ slots: 2, maxWaitMs: 0 }), at(0, 0, 0)).endMs]).toEqual([10, 10, 20])
  })
})

describe('a batcher that closes its batches', () => {
  it('keeps a batch as it was when it became due, whatever comes while the device is busy', () => {
    const serviceMs = Float64Array.of(0, 40, 40, 40, 40)
    const arrivals = at(0, 12, 30)
    expect([...simulate(batcher({ serviceMs, whileBusy: 'gather' }), arrivals).endMs]).toEqual([50, 90, 90])
    expect([...simulate(batcher({ serviceMs, whileBusy: 'close' }), arrivals).endMs]).toEqual([50, 90, 130])
  })
})

describe('a timer on the event loop', () => {
  it('fires when the loop has finished what it works on, before the jobs that wait', () => {
    const stations: Network['stations'] = [
      { kind: 'pool', servers: 1 },
      { ...(batcher({}).stations[0] as BatcherSpec), timerAt: 0 },
    ]
    const jobs: Jobs = { arrivalMs: Float64Array.of(0, 8, 9), demandMs: Float64Array.of(1, 0, 20, 0, 5, 0) }
    // Due at 11, while the loop works until 28 on the second job, which joins only after the batch has gone.
    expect(simulate({ stations, route: [0, 1] }, jobs).endMs[0]).toBe(38)
  })
})

describe('bounded queues', () => {
  it('reject what finds no place, and serve the rest', () => {
    const jobs = { arrivalMs: Float64Array.of(0, 1, 2, 11), demandMs: new Float64Array(4).fill(10) }
    const run = simulate(pool(1, 1), jobs)
    expect([...run.endMs]).toEqual([10, 20, Number.NaN, 30])
    expect(run.rejected).toBe(1)
    expect(simulate(batcher({ queueLimit: 1, maxWaitMs: 5 }), at(0, 1, 2)).rejected).toBe(2)
  })
})
