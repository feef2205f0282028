import { describe, expect, it } from 'vitest'
import { drawCharts } from '../../charts/index.js'
import { diagnose } from '../../diagnose.js'
import { factsOf } from '../../facts/fact.js'
import { stageTimes } from '../../facts/stage-times.js'
import { traffic } from '../../facts/traffic.js'
import { quantile } from '../../stats/quantile.js'
import { seededRandom } from '../../stats/random.js'
import type { Network } from '../network.js'
import { lognormalTimes, poissonArrivals } from '../poisson.js'
import { simulate } from '../simulate.js'
import { recordRun } from './index.js'

type Pipeline = {
  readonly rate: number
  readonly parseMs: number
  readonly overheadMs: number
  readonly perItemMs: number
  readonly timeoutMs?: number
}

/** The mini-challenge's pipeline: event loop, batcher and device, event loop. */
function simulated({ rate, parseMs, overheadMs, perItemMs, timeoutMs }: Pipeline) {
  const count = Math.round(rate * 22)
  const [parse, preprocess, finish] = [parseMs, 0.1, 0.1].map((ms, i) =>
    lognormalTimes(seededRandom(2 + i), count, ms, 0.15),
  )
  const demandMs = new Float64Array(3 * count)
  for (let job = 0; job < count; job++) {
    demandMs[3 * job] = parse![job]! + preprocess![job]!
    demandMs[3 * job + 2] = finish![job]!
  }
  const jobs = { arrivalMs: poissonArrivals(seededRandom(1), count, rate), demandMs }
  const network: Network = {
    stations: [
      { kind: 'pool', servers: 1 },
      {
        kind: 'batcher',
        maxBatch: 8,
        maxWaitMs: 8,
        slots: 1,
        timerAt: 0,
        serviceMs: Float64Array.from({ length: 9 }, (_, size) => overheadMs + perItemMs * size),
      },
    ],
    route: [0, 1, 0],
    ...(timeoutMs !== undefined && { patience: { timeoutMs, expired: 'served' } }),
  }
  const run = simulate(network, jobs, { trace: true })
  const share = parseMs / (parseMs + 0.1)
  const recording = recordRun(network, run, {
    name: 'pipeline',
    stages: [
      [
        { stage: 'deserialize', share },
        { stage: 'preprocess', share: 1 - share },
      ],
      [],
      [{ stage: 'serialize', share: 1 }],
    ],
    loop: 0,
    load: { loop: 'open', rate, seed: 1 },
    warmUpMs: 2000,
    slaP95Ms: 120,
    tool: { name: 'infer-diag', version: '0.0.0' },
    startedAt: '2026-01-01T00:00:00.000Z',
  })
  return { run, recording }
}

describe('a simulated run as a recording', () => {
  it('has the latency of the run, and stages that sum to it', () => {
    const { run, recording } = simulated({ rate: 150, parseMs: 3, overheadMs: 2.4, perItemMs: 1.6 })
    const facts = factsOf(recording)
    const { latencyMs, rows } = facts.find(traffic)!
    const own = Float64Array.from(rows, (row) => run.endMs[row]! - run.arrivalMs[row]!)
    expect(quantile(latencyMs, 0.95)).toBeCloseTo(quantile(own, 0.95), 6)
    expect(facts.find(stageTimes)).not.toBeNull()
    const { quality } = diagnose(recording)
    expect(quality.filter(({ ok }) => ok === false)).toEqual([])
  })

  it('says that it is simulated', () => {
    const { recording } = simulated({ rate: 50, parseMs: 1, overheadMs: 2, perItemMs: 1 })
    expect(recording.meta.service.name).toBe('pipeline (simulated)')
    expect(recording.meta.gpus[0]).toMatchObject({ simulated: true })
    expect(recording.samples.seriesInfo.every(({ simulated }) => simulated)).toBe(true)
  })

  it('of a device at its limit is diagnosed as saturated-device', () => {
    const { recording } = simulated({ rate: 400, parseMs: 0.1, overheadMs: 2, perItemMs: 2.1 })
    expect(diagnose(recording).culprit).toBe('saturated-device')
  })

  it('of a loop full of parsing is diagnosed as json-parsing', () => {
    const { recording } = simulated({ rate: 215, parseMs: 4.1, overheadMs: 2.4, perItemMs: 1.6 })
    expect(diagnose(recording).culprit).toBe('json-parsing')
  })

  it('of a service with room to spare has no culprit', () => {
    const { recording } = simulated({ rate: 100, parseMs: 0.5, overheadMs: 2, perItemMs: 0.5 })
    expect(diagnose(recording).culprit).toBeNull()
  })

  it('counts clients that gave up as timeouts', () => {
    const { run, recording } = simulated({ rate: 400, parseMs: 0.1, overheadMs: 2, perItemMs: 2.4, timeoutMs: 200 })
    expect(run.timedOut).toBeGreaterThan(100)
    const { outcomes } = factsOf(recording).find(traffic)!
    expect(outcomes.timeout).toBeGreaterThan(100)
  })

  it('is drawn by every chart that needs no profile', () => {
    const charts = drawCharts(simulated({ rate: 150, parseMs: 3, overheadMs: 2.4, perItemMs: 1.6 }).recording)
    for (const chart of ['stackedBars', 'requestFlames', 'timeline', 'latency', 'batching'] as const) {
      expect(charts[chart].available, chart).toBe(true)
    }
  })
})
