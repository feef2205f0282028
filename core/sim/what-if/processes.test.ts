import { describe, expect, it } from 'vitest'
import { synthesize } from '../../../fixtures/recordings/synthetic.js'
import type { SyntheticOptions } from '../../../fixtures/recordings/synthetic-options.js'
import { sideBySide } from '../../../test/support/side-by-side.js'
import { batching } from '../../facts/batching.js'
import { endToEnd } from '../../facts/end-to-end.js'
import { factsOf } from '../../facts/fact.js'
import type { Recording } from '../../model/recording.js'
import { candidatesOf } from '../tune/candidate.js'
import { learnDisturbances } from './learn-disturbances.js'
import { waitForReturn, workedMs } from './learn-requests.js'
import { learnService } from './learn-service.js'
import { whatIf } from './predict.js'
import { processesOf } from './processes.js'

type Options = Partial<SyntheticOptions>

const SETTINGS: Options = { profile: false, durationMs: 40_000, rate: 100 }

/** Two processes, each with traffic of its own. */
function pair(options: Options, other: Options = {}, seed = 1): Recording {
  const first = synthesize({ ...SETTINGS, ...options, seed })
  const second = synthesize({ ...SETTINGS, ...options, ...other, seed: seed + 1 })
  return sideBySide(withoutHost(first), withoutHost(second))
}

/** Each was recorded on a host of its own: what it read of that holds for no host with two. */
function withoutHost(recording: Recording): Recording {
  return { ...recording, meta: { ...recording.meta, host: null } }
}

function predicted(recording: Recording, ...settings: string[]) {
  const result = whatIf(factsOf(recording), settings)
  if ('withheld' in result) throw new Error(result.withheld)
  return { baseline: result.baseline, ...result.predictions[0]! }
}

const p95 = (recording: Recording) => factsOf(recording).find(endToEnd)!.p95Ms!

describe('a service of two processes', () => {
  it.each<[string, Options, string, Options]>([
    ['a cheaper body', { rate: 150 }, 'stage.deserialize=0.1x', { parseMs: 0.375 }],
    ['a shorter wait', { parseMs: 0.4 }, 'batch.waitMs=2', { maxWaitMs: 2 }],
    ['more load', { parseMs: 2 }, 'load=1.4x', { rate: 140 }],
    [
      'more workers in each',
      { preprocessMs: 6, preprocessWorkers: 2, rate: 180 },
      'workers.preprocess=4',
      { preprocessWorkers: 4 },
    ],
  ])('%s: the measured p95 lies within the interval', (_, before, setting, change) => {
    const prediction = predicted(pair(before), setting)
    const truth = p95(pair({ ...before, ...change }, {}, 11))
    expect(Math.abs(prediction.baseline.calibrationErrorP95)).toBeLessThan(0.05)
    expect(prediction.p95IntervalMs![0]).toBeLessThan(truth)
    expect(prediction.p95IntervalMs![1]).toBeGreaterThan(truth)
    expect(Math.abs(prediction.p95Ms! / truth - 1)).toBeLessThan(0.1)
    expect(prediction.assumptions[0]).toContain('go to the 2 processes as they did')
  })

  it('tells of each request what it would, were its process alone', () => {
    const [first, second] = [synthesize({ ...SETTINGS, seed: 1 }), synthesize({ ...SETTINGS, seed: 2 })]
    const learnt = (recording: Recording) => {
      const facts = factsOf(recording)
      const rows = Uint32Array.from({ length: recording.requests.count }, (_, row) => row)
      const processes = processesOf(facts)!
      return { waits: [...waitForReturn(facts, rows, processes).waitMs], works: [...workedMs(facts, rows, processes)] }
    }
    const both = learnt(sideBySide(first, second))
    const [one, other] = [learnt(first), learnt(second)]
    expect(both).toEqual({ waits: [...one.waits, ...other.waits], works: [...one.works, ...other.works] })
  })

  it('has batches that follow those of their own process', () => {
    const disturbances = (recording: Recording) => {
      const facts = factsOf(recording)
      const { rows } = facts.find(batching)!
      const variation = new Float64Array(rows.length).fill(1)
      const batches = { rows, capacity: 8, maxWaitMs: 8, slots: 1, variation }
      return learnDisturbances(facts, processesOf(facts)!, batches)
    }
    const [busy, idle] = [
      synthesize({ ...SETTINGS, rate: 200, parseMs: 4 }),
      synthesize({ ...SETTINGS, rate: 200, parseMs: 0.1, seed: 2 }),
    ]
    const told = disturbances(sideBySide(busy, idle))
    expect(told).toEqual(disturbances(sideBySide(idle, busy)))
    // Its device takes them at once: were it that of the other one, they would be late by what they waited for it.
    const crowd = disturbances(sideBySide(synthesize({ ...SETTINGS, rate: 380, parseMs: 0.1 }), idle))
    const lateMs = [crowd.calm, crowd.crowded].flatMap(({ handover }) => [...handover.turnMs])
    expect(lateMs.length).toBeGreaterThan(1000)
    expect(Math.max(...lateMs)).toBeLessThan(0.5)
  })

  it('has workers of its own in each, so that as many in one are no more', () => {
    const recording = pair({ preprocessMs: 6, preprocessWorkers: 2, rate: 180 })
    expect(predicted(recording, 'workers.preprocess=2').extrapolated).toBe(false)
    expect(predicted(recording, 'workers.preprocess=3').extrapolated).toBe(true)
  })

  it('is as busy as the busiest of them', () => {
    const uneven = predicted(pair({ rate: 60 }, { rate: 180 }), 'load=1x')
    expect(uneven.busiest.resource).toBe('event loop')
    expect(
      uneven.busiest.utilization /
        predicted(withoutHost(synthesize({ ...SETTINGS, rate: 180 })), 'load=1x').busiest.utilization,
    ).toBeCloseTo(1, 1)
  })

  it('has a device in each, unless there is a GPU, which is one', () => {
    const recording = pair({ parseMs: 0.4 })
    const { deviceBusyFraction, devices } = factsOf(recording).find(batching)!
    const alone = factsOf(synthesize({ ...SETTINGS, parseMs: 0.4 })).find(batching)!
    expect(devices).toBe(2)
    expect(deviceBusyFraction / alone.deviceBusyFraction).toBeCloseTo(1, 1)
    const { samples } = recording
    const gpu = { metric: 'gpu.utilization', instance: 'gpu0', simulated: false }
    const seen = {
      ...samples,
      seriesInfo: [gpu, ...samples.seriesInfo.slice(1)],
      series: samples.series.slice().fill(0, 0, 50),
    }
    expect(factsOf({ ...recording, samples: seen }).find(batching)!.devices).toBe(1)
  })

  it('is not replayed when two event loops are of one process, which may share its workers', () => {
    const recording = pair({})
    const one = { ...recording, threads: recording.threads.map((thread) => ({ ...thread, process: 0 })) }
    expect(processesOf(factsOf(one))).toBeNull()
    expect(whatIf(factsOf(one), [])).toMatchObject({ withheld: expect.stringContaining('knows one a process') })
  })
})

describe('another number of processes', () => {
  const NO_BATCHES: Options = { maxBatch: 0, deviceFixedMs: 0, devicePerItemMs: 1 }

  it('takes requests apart at random, and puts them together', () => {
    const one = withoutHost(synthesize({ ...SETTINGS, ...NO_BATCHES, rate: 200 }))
    const two = pair({ ...NO_BATCHES }, {}, 11)
    const apart = predicted(one, 'processes=2')
    expect(apart.p95IntervalMs![0]).toBeLessThan(p95(two))
    expect(apart.p95IntervalMs![1]).toBeGreaterThan(p95(two))
    expect(apart).toMatchObject({ extrapolated: true })
    expect(apart.assumptions.join()).toContain('a core of its own')
    const together = predicted(two, 'processes=1')
    expect(Math.abs(together.p95Ms! / p95(one) - 1)).toBeLessThan(0.2)
    expect(together.extrapolated).toBe(false)
  })

  it('is tried by a search where the host has cores for it and nothing would be shared', () => {
    const tried = (options: Options) => {
      const learnt = learnService(factsOf(synthesize({ ...SETTINGS, ...options })))
      if (!learnt.known) throw new Error(learnt.reason)
      return candidatesOf(learnt.value.model, []).map(({ setting }) => setting)
    }
    expect(tried({ ...NO_BATCHES, cores: 8 })).toContain('processes=2')
    expect(tried({ ...NO_BATCHES, cores: 1 }).join()).not.toContain('processes')
    expect(tried({ cores: 8 }).join()).not.toContain('processes')
  })

  it('is not predicted for those that would share an accelerator', () => {
    expect(() => predicted(withoutHost(synthesize(SETTINGS)), 'processes=2')).toThrow(/share the device is not known/)
    expect(() => predicted(pair(NO_BATCHES), 'processes=300')).toThrow(/300 is too many/)
  })
})
