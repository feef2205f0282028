import { describe, expect, it } from 'vitest'
import { sideBySide } from '../../../test/support/side-by-side.js'
import { factsOf } from '../../facts/fact.js'
import type { Recording, SampleTable } from '../../model/recording.js'
import { seededRandom } from '../../stats/random.js'
import type { BatcherSpec, Network } from '../network.js'
import { lognormalTimes, poissonArrivals } from '../poisson.js'
import { recordRun } from '../recording/index.js'
import { simulate } from '../simulate.js'
import { calibrate } from './calibrate.js'
import { learnCpu } from './learn-cpu.js'
import { whatIf } from './predict.js'
import { processesOf } from './processes.js'

type Host = { readonly cores: number; readonly background: number; readonly imbalance: number }
type Service = { readonly rate: number; readonly slots: number; readonly maxWaitMs: number; readonly host: Host }

const RUN_MS = Float64Array.of(0, 3, 3.4, 3.8, 4.2)
const SECONDS = 40
const CONTENDED: Service = {
  rate: 500,
  slots: 2,
  maxWaitMs: 3,
  host: { cores: 2, background: 0.2, imbalance: 0.3 },
}

/** A service whose loop and model share the cores of its host, as a recording of it. */
function recorded(service: Service): Recording {
  const { recording, figures } = recordedAs(service)
  return onHost(recording, service.host, ...figures)
}

/** The same without samples; `figures`: cores that it uses, and its device. */
function recordedAs(service: Service): { recording: Recording; figures: readonly [own: number, device: number] } {
  const { rate, slots, maxWaitMs, host } = service
  const count = SECONDS * rate
  const variation = lognormalTimes(seededRandom(5), 997, 1, 0.05)
  const device: BatcherSpec = { kind: 'batcher', maxBatch: 4, maxWaitMs, slots, serviceMs: RUN_MS, variation }
  const network: Network = {
    stations: [{ kind: 'event-loop', returningFrom: 1 }, device],
    route: [0, 1, 0],
    cpu: { ...host, stations: [0, 1] },
  }
  const [before, after] = [0.4, 0.1].map((ms, i) => lognormalTimes(seededRandom(2 + i), count, ms, 0.2))
  const demandMs = new Float64Array(3 * count)
  for (let job = 0; job < count; job++) {
    demandMs[3 * job] = before![job]!
    demandMs[3 * job + 2] = after![job]!
  }
  const run = simulate(network, { arrivalMs: poissonArrivals(seededRandom(1), count, rate), demandMs }, { trace: true })
  const recording = recordRun(network, run, {
    name: 'service',
    stages: [[{ stage: 'deserialize', share: 1 }], [], [{ stage: 'serialize', share: 1 }]],
    loop: 0,
    load: { loop: 'open', rate, seed: 1 },
    warmUpMs: 2000,
    slaP95Ms: null,
    tool: { name: 'infer-diag', version: '0.0.0' },
    startedAt: '2026-01-01T00:00:00.000Z',
  })
  const { workMs } = run.cpu!
  const runMs = run
    .trace!.batches.size.subarray(0, run.trace!.batches.count)
    .reduce((sum, size) => sum + RUN_MS[size]!, 0)
  return {
    recording: { ...recording, batches: inSlots(recording, slots) },
    figures: [workMs / run.lastMs, runMs / run.lastMs],
  }
}

/** With what samplers would have read of the host's CPU: cores in use by all, by the service, and by its threads. */
function onHost(recording: Recording, host: Host, own: number, device: number): Recording {
  const { cores, background } = host
  return sampled(
    recording,
    [
      ['host.cpu', '', (own + background) / cores],
      ['process.cpu', '1', own],
      ['thread.cpu', '1/1 node', own - device],
      ['thread.cpu', '1/2 node', device],
    ],
    cores,
  )
}

type Figure = readonly [metric: string, instance: string, value: number]

function sampled(recording: Recording, figures: readonly Figure[], cores = 8): Recording {
  const times = [3000, 30_000]
  const samples: SampleTable = {
    count: times.length * figures.length,
    tMs: Float64Array.from(times.flatMap((tMs) => figures.map(() => tMs))),
    series: Uint16Array.from(times.flatMap(() => figures.map((_, i) => i))),
    value: Float64Array.from(times.flatMap(() => figures.map(([, , value]) => value))),
    seriesInfo: figures.map(([metric, instance]) => ({ metric, instance, simulated: true })),
  }
  const machine = { os: '', cpuModel: '', arch: '', kernel: '', memoryBytes: 1, cores }
  const host = { ...machine, cgroup: { cpuLimitCores: null, memoryLimitBytes: null } }
  return { ...recording, samples, meta: { ...recording.meta, host } }
}

/** Each batch in a thread that is free. */
function inSlots({ batches }: Recording, slots: number): Recording['batches'] {
  const freeMs = new Float64Array(slots)
  const thread = Uint16Array.from({ length: batches.count }, (_, b) => {
    const slot = freeMs.findIndex((ms) => ms <= batches.startedMs[b]!)
    freeMs[slot] = batches.endedMs[b]!
    return 1 + slot
  })
  return { ...batches, thread }
}

const learn = (recording: Recording) => {
  const facts = factsOf(recording)
  return learnCpu(facts, processesOf(facts)!, new Set())!.model
}

function calibrated(recording: Recording) {
  const found = calibrate(factsOf(recording))
  if (!found.known) throw new Error(found.reason)
  return found.value
}

describe('what is learnt about shared cores', () => {
  it('gives back the work that runs took alone, though none of them was', () => {
    const { model, unchanged, errors } = calibrated(recorded(CONTENDED))
    expect(unchanged.cpuStretch).toBeGreaterThan(1.15)
    expect(model.cpu).toMatchObject({ cores: 2, device: true })
    expect(model.cpu!.background).toBeCloseTo(0.2, 1)
    expect(Math.abs(model.cpu!.imbalance - 0.3)).toBeLessThan(0.11)
    for (const size of [2, 3, 4]) expect(model.batcher!.seenMs[size]! / RUN_MS[size]!).toBeCloseTo(1, 1)
    expect(Math.abs(errors.p50)).toBeLessThan(0.03)
    expect(Math.abs(errors.p95)).toBeLessThan(0.03)
  })

  it.each<[string, Partial<Service>, string[]]>([
    ['a heavier load', { rate: 650 }, ['rate=650']],
    ['a lighter load', { rate: 250 }, ['rate=250']],
    ['longer waits', { maxWaitMs: 8 }, ['batch.waitMs=8']],
    ['one worker fewer', { slots: 1 }, ['workers.model=1']],
  ])('predicts %s within a few per cent', (_, change, settings) => {
    const result = whatIf(factsOf(recorded(CONTENDED)), settings)
    if ('withheld' in result) throw new Error(result.withheld)
    // The host is as busy with other things as before, where the prediction lets them grow with the root of the rate.
    const truth = calibrated(recorded({ ...CONTENDED, ...change })).measured.p95Ms
    expect(Math.abs(result.predictions[0]!.p95Ms! / truth - 1)).toBeLessThan(0.06)
    expect(result.predictions[0]!.assumptions.join()).toContain('share 2 cores with 0.')
  })

  it('takes nothing out where there are cores for all', () => {
    const spare = recorded({ ...CONTENDED, host: { cores: 8, background: 0.2, imbalance: 0 } })
    expect(learn(spare)).toMatchObject({ cores: 8, imbalance: 0, loopStretch: 1 })
    const { unchanged, errors } = calibrated(spare)
    expect(unchanged.cpuStretch).toBeNull()
    expect(Math.abs(errors.p95)).toBeLessThan(0.03)
  })

  it('takes the main threads of all processes out of what else runs on the host', () => {
    const { recording, figures } = recordedAs({ ...CONTENDED, host: { cores: 8, background: 0.2, imbalance: 0 } })
    const both = sideBySide(recording, recording)
    const [own, device] = figures
    const seen = sampled(both, [
      ['host.cpu', '', (2 * own! + 0.2) / 8],
      ['process.cpu', '1', own!],
      ['process.cpu', '2', own!],
      ['thread.cpu', '1/1 node', own! - device!],
      ['thread.cpu', '1/3 node', device!],
      ['thread.cpu', '2/2 node', own! - device!],
      ['thread.cpu', '2/4 node', device!],
    ])
    expect(learn(seen).background).toBeCloseTo(0.2, 1)
    expect(learn(seen).device).toBe(true)
  })

  it('knows that loops of two processes may take two cores from what else there is', () => {
    const { recording, figures } = recordedAs({ ...CONTENDED, host: { cores: 2, background: 0.2, imbalance: 0 } })
    const loopsOnly = { ...recording, batches: { ...recording.batches, count: 0 } }
    const own = figures[0] - figures[1]
    const seen = (processes: number) => [
      ['host.cpu', '', (processes * own + 0.2) / 2] as const,
      ...Array.from({ length: processes }, (_, i) => ['process.cpu', `${i + 1}`, own] as const),
      ...Array.from({ length: processes }, (_, i) => ['thread.cpu', `${i + 1}/${i + 1} node`, own] as const),
    ]
    expect(learn(sampled(loopsOnly, seen(1), 2)).loopStretch).toBe(1)
    expect(learn(sampled(sideBySide(loopsOnly, loopsOnly), seen(2), 2)).loopStretch).toBeGreaterThan(1.005)
  })

  it('counts no run of a device that leaves the CPU alone', () => {
    const recording = recorded(CONTENDED)
    const { samples } = recording
    const device = samples.seriesInfo.findIndex(({ instance }) => instance === '1/2 node')
    const idle = samples.value.map((value, i) => (samples.series[i] === device ? 0.02 : value))
    expect(learn({ ...recording, samples: { ...samples, value: idle } })).toMatchObject({
      device: false,
      loopStretch: 1,
    })
  })

  it('knows nothing of a host that was not sampled, or that a quota divides', () => {
    const recording = recorded(CONTENDED)
    const host = recording.meta.host!
    const quota = { ...host, cgroup: { ...host.cgroup, cpuLimitCores: 1.5 } }
    for (const other of [null, quota]) {
      const facts = factsOf({ ...recording, meta: { ...recording.meta, host: other } })
      expect(learnCpu(facts, processesOf(facts)!, new Set())).toBeNull()
    }
  })
})
