import { describe, expect, it } from 'vitest'
import { synthesize } from '../../../fixtures/recordings/synthetic.js'
import type { SyntheticOptions } from '../../../fixtures/recordings/synthetic-options.js'
import { factsOf } from '../../facts/fact.js'
import { calibrate } from './calibrate.js'
import { whatIf } from './predict.js'
import type { Disturbances } from './service-model.js'
import { driftedP95, workDrift } from './work-drift.js'

const factsFor = (options: Partial<SyntheticOptions>) =>
  factsOf(synthesize({ profile: false, durationMs: 30_000, ...options }))

function calibrated(options: Partial<SyntheticOptions>) {
  const found = calibrate(factsFor(options))
  if (!found.known) throw new Error(found.reason)
  return found.value
}

function predicted(options: Partial<SyntheticOptions>, setting: string) {
  const result = whatIf(factsFor(options), [setting])
  if ('withheld' in result) throw new Error(result.withheld)
  return result.predictions[0]!
}

describe('the drift of the work per request', () => {
  it('is that between two recordings where the work of this one is steady', () => {
    const { loop, device } = workDrift(calibrated({ rate: 150 }).model)
    expect(loop).toBeGreaterThan(0.11)
    expect(loop).toBeLessThan(0.13)
    expect(device).toBeLessThan(0.03)
  })

  it('is more where the work drifted within the recording, and no more where only single requests differ', () => {
    const { model } = calibrated({ rate: 150 })
    const scaled = (factor: (i: number, count: number) => number) => ({
      ...model,
      segments: model.segments.map((segment) => ({
        ...segment,
        demandMs: segment.demandMs.map((ms, i) => ms * factor(i, segment.demandMs.length)),
      })),
    })
    const steady = workDrift(model).loop
    expect(workDrift(scaled((i) => 1 + (i % 2))).loop).toBeCloseTo(steady, 2)
    expect(workDrift(scaled((i, count) => 1 + (i > count / 2 ? 1 : 0))).loop).toBeGreaterThan(1.5 * steady)
  })

  it('moves the p95 little where there is room, and most upwards near the limit', () => {
    const roomy = calibrated({ rate: 60 })
    const { lightMs, heavyMs } = driftedP95(roomy.model, workDrift(roomy.model))
    expect(heavyMs / roomy.simulated.p95Ms).toBeLessThan(1.12)
    expect(lightMs / roomy.simulated.p95Ms).toBeGreaterThan(0.9)
    const { model, simulated } = calibrated({ rate: 215 })
    const drifted = driftedP95(model, workDrift(model))
    expect(drifted.heavyMs - simulated.p95Ms).toBeGreaterThan(2 * (simulated.p95Ms - drifted.lightMs))
  })
})

it('at its lightest lets batches follow each other promptly, however late they were at the recorded load', () => {
  const { model } = calibrated({ rate: 330, parseMs: 0.1 })
  const batcher = model.batcher!
  const late = (disturbances: Disturbances): Disturbances => ({
    ...disturbances,
    handover: { ...disturbances.handover, promptMs: 0.1, turnMs: new Float64Array(50).fill(0.9) },
  })
  const delayed = { ...model, batcher: { ...batcher, calm: late(batcher.calm), crowded: late(batcher.crowded) } }
  const drift = { loop: 0, device: 0 }
  const { lightMs, heavyMs } = driftedP95(delayed, drift)
  expect(heavyMs).toBeGreaterThan(1.2 * lightMs)
  const asRecorded = driftedP95(model, drift)
  expect(asRecorded.heavyMs / asRecorded.lightMs).toBeLessThan(1.02)
})

describe('a prediction near a limit', () => {
  it('has more room above than below, and says that it hinges on the work', () => {
    const { p95Ms, p95IntervalMs, assumptions } = predicted({ rate: 120 }, 'rate=220')
    expect(p95IntervalMs![1] - p95Ms!).toBeGreaterThan(1.5 * (p95Ms! - p95IntervalMs![0]))
    expect(assumptions.join()).toMatch(
      /hinges on the work of a request, which is known to 1\d %: .* it would be [\d.]+ m?s/,
    )
    expect(assumptions.join()).toMatch(
      /with as little work .* and batches that start promptly, the p95 would be \d+ ms/,
    )
    const alone = predicted({ rate: 120, maxBatch: 0, deviceFixedMs: 1, devicePerItemMs: 1 }, 'rate=220')
    expect(alone.assumptions.join()).toMatch(/with as little work as a request may take, the p95 would be/)
  })

  it('says nothing of the kind where there is room', () => {
    expect(predicted({ rate: 100 }, 'rate=120').assumptions.join()).not.toContain('hinges')
  })
})
