import { describe, expect, it } from 'vitest'
import { batcher } from '../../test/support/one-station.js'
import type { Control } from './control.js'
import type { FleetSpec, InstanceSpec, Jobs, Network } from './network.js'
import { simulate } from './simulate.js'

const at = (...arrivalMs: number[]): Jobs => ({
  arrivalMs: Float64Array.from(arrivalMs),
  demandMs: new Float64Array(arrivalMs.length).fill(10),
})

const warm: InstanceSpec = { joinMs: 0, readyMs: 0 }

function fleet(instances: readonly InstanceSpec[], spec: Partial<FleetSpec> = {}): Network {
  return { stations: [{ kind: 'fleet', concurrency: 1, balancer: 'round-robin', instances, ...spec }], route: [0] }
}

describe('preferred batch sizes', () => {
  it('go at once when they are reached, the largest that is there', () => {
    expect([...simulate(batcher({ preferred: [2, 3] }), at(0, 1)).endMs]).toEqual([13, 13])
    // Four wait when the device frees at 13: a full batch beats every preferred size.
    expect([...simulate(batcher({ preferred: [2, 3] }), at(0, 1, 2, 3, 4, 5)).endMs]).toEqual([13, 13, 29, 29, 29, 29])
  })

  it('leave the rest waiting for company until it is due', () => {
    // At 13 three wait: a batch of 3 is not preferred, so two go, and the third when its 10 ms are over and a slot is free.
    expect([...simulate(batcher({ preferred: [2] }), at(0, 1, 10, 11, 12)).endMs]).toEqual([13, 13, 25, 25, 35])
  })
})

describe('contention between slots', () => {
  it('slows a batch by the number that run when it starts', () => {
    const spec = { slots: 2, maxWaitMs: 0, contention: Float64Array.of(0, 1, 1.5) }
    expect([...simulate(batcher(spec), at(0, 1, 30)).endMs]).toEqual([10, 16, 40])
  })
})

describe('slots that join late', () => {
  it('take no batch before', () => {
    const spec = { slots: 2, slotsFromMs: [0, 6], maxWaitMs: 0 }
    expect([...simulate(batcher(spec), at(0, 1, 2)).endMs]).toEqual([10, 18, 18])
  })
})

describe('clients that give up', () => {
  const pool = (expired: 'served' | 'dropped'): Network => ({
    stations: [{ kind: 'pool', servers: 1 }],
    route: [0],
    patience: { timeoutMs: 15, expired },
  })

  it('cost a service that does not notice the work all the same', () => {
    const run = simulate(pool('served'), at(0, 0, 0, 20))
    expect([...run.endMs]).toEqual([10, 20, 30, 40])
    expect(run).toMatchObject({ timedOut: 3, rejected: 0 })
    expect(run.stations[0]!.busyMs).toBe(40)
  })

  it('cost nothing where what is too late is dropped before its turn', () => {
    const run = simulate(pool('dropped'), at(0, 0, 0, 20))
    expect([...run.endMs]).toEqual([10, 20, Number.NaN, 30])
    expect([...run.fate]).toEqual([0, 2, 2, 0])
    expect(run.stations[0]!.busyMs).toBe(30)
  })

  it('send their next request in a closed loop, though the last is still worked on', () => {
    const run = simulate(pool('served'), at(0, 0, 0, 0), { closedLoop: { clients: 2 } })
    expect([...run.arrivalMs]).toEqual([0, 0, 10, 15])
    expect([...run.fate]).toEqual([0, 2, 2, 2])
  })
})

describe('a closed loop', () => {
  it('sends the next request when one returns, after a pause', () => {
    const network: Network = { stations: [{ kind: 'pool', servers: 1 }], route: [0] }
    const thinkMs = Float64Array.of(0, 0, 5, 5)
    const run = simulate(network, at(0, 0, 0, 0), { closedLoop: { clients: 2, thinkMs } })
    expect([...run.arrivalMs]).toEqual([0, 0, 15, 25])
    expect([...run.endMs]).toEqual([10, 20, 30, 40])
  })

  it('goes on after a rejection', () => {
    const network: Network = { stations: [{ kind: 'pool', servers: 1, queueLimit: 0 }], route: [0] }
    const thinkMs = Float64Array.of(0, 0, 20)
    const run = simulate(network, at(0, 0, 0), { closedLoop: { clients: 2, thinkMs } })
    expect([...run.endMs]).toEqual([10, Number.NaN, 30])
  })
})

describe('a fleet', () => {
  it('gives requests to its instances in turn, whatever they are busy with, or to the least busy one', () => {
    const jobs: Jobs = { arrivalMs: Float64Array.of(0, 0, 11), demandMs: Float64Array.of(50, 10, 10) }
    expect([...simulate(fleet([warm, warm]), jobs).endMs]).toEqual([50, 10, 60])
    expect([...simulate(fleet([warm, warm], { balancer: 'least-busy' }), jobs).endMs]).toEqual([50, 10, 21])
  })

  it('holds requests at an instance that joins before it is ready', () => {
    expect([...simulate(fleet([warm, { joinMs: 0, readyMs: 100 }]), at(0, 1, 30)).endMs]).toEqual([10, 110, 40])
    expect([...simulate(fleet([warm, { joinMs: 100, readyMs: 100 }]), at(0, 1, 30)).endMs]).toEqual([10, 20, 40])
  })

  it('serves the first requests of a fresh instance slowly', () => {
    const slow: InstanceSpec = { joinMs: 0, readyMs: 0, slowStart: { requests: 2, factor: 3 } }
    expect([...simulate(fleet([slow]), at(0, 100, 200)).endMs]).toEqual([30, 130, 210])
  })

  it('rejects what finds no place at its instance, and everything before any has joined', () => {
    const run = simulate(fleet([{ joinMs: 5, readyMs: 5 }], { queueLimit: 1 }), at(0, 6, 7, 8))
    expect([...run.endMs]).toEqual([Number.NaN, 16, 26, Number.NaN])
  })

  it('takes on instances that a control adds, and tells it how long servers have worked', () => {
    const worked: number[] = []
    const control = {
      everyMs: 10,
      act({ fleets, nowMs }: Parameters<Control['act']>[0]) {
        worked.push(fleets[0]!.workedMs)
        if (nowMs === 10) fleets[0]!.add({ joinMs: 15, readyMs: 15 })
      },
    }
    const run = simulate(fleet([warm], { balancer: 'least-busy' }), at(5, 6, 16), { control })
    expect([...run.endMs]).toEqual([15, 25, 26])
    expect(worked).toEqual([5, 19])
  })
})

describe('processes side by side', () => {
  const two = (changes: Partial<Network> = {}): Network => ({
    stations: [
      { kind: 'pool', servers: 1 },
      {
        kind: 'batcher',
        maxBatch: 2,
        maxWaitMs: 5,
        slots: 1,
        serviceMs: Float64Array.of(0, 10, 10),
        variation: Float64Array.of(1),
        timerAt: 0,
        crowded: {
          at: 0,
          variation: Float64Array.of(2),
          handover: {
            timerMs: new Float64Array(0),
            filledMs: new Float64Array(0),
            promptMs: 0,
            turnMs: new Float64Array(0),
          },
        },
      },
    ],
    route: [0, 1],
    processes: 2,
    ...changes,
  })
  const jobs = (...process: number[]): Jobs => ({
    arrivalMs: new Float64Array(process.length),
    demandMs: new Float64Array(2 * process.length).fill(10),
    process: Uint8Array.from(process),
  })

  it('have stations of their own, batcher and timer included', () => {
    // The timer of the first is due at 15, and gets its turn at 20 from a loop that works; that of the second finds it idle, so that its
    // batch is not crowded.
    const run = simulate(two(), jobs(0, 1, 0))
    expect([...run.endMs]).toEqual([30, 25, 40])
    expect(run.stations.map(({ served }) => served)).toEqual([2, 2, 1, 1])
  })

  it('share the cores', () => {
    const cpu = { cores: 1, background: 0, imbalance: 0, stations: [0] }
    expect([...simulate(two({ cpu }), jobs(0, 1)).endMs]).toEqual([35, 35])
    expect([...simulate(two({ cpu: { ...cpu, cores: 2 } }), jobs(0, 1)).endMs]).toEqual([25, 25])
  })
})
