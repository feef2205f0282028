import { describe, expect, it } from 'vitest'
import { serviceModel } from '../../../test/support/service-model.js'
import { quantile } from '../../stats/quantile.js'
import { replay } from './replay.js'
import type { BatcherModel, Disturbances, ServiceModel } from './service-model.js'
import { withWarmUp } from './warm-up.js'

const COUNT = 600
const WARM_UP = 200
const EVERY_MS = 10
const SERVICE_MS = 9

const arrivals = (measuredFrom: number) => ({
  scheduledMs: Float64Array.from({ length: COUNT }, (_, i) => EVERY_MS * i),
  request: Uint32Array.from({ length: COUNT }, (_, i) => i),
  measuredFrom,
  schedule: null,
})

function onLoop(measuredFrom = WARM_UP, serviceMs = SERVICE_MS): ServiceModel {
  const demandMs = new Float64Array(COUNT).fill(serviceMs)
  const segments = [{ stage: 'deserialize', place: { kind: 'loop' }, demandMs } as const]
  return serviceModel(COUNT, { arrivals: arrivals(measuredFrom), segments })
}

function onDevice(): ServiceModel {
  const nothing = new Float64Array(0)
  const disturbances: Disturbances = {
    variation: new Float64Array(COUNT).fill(1),
    handover: { timerMs: nothing, filledMs: nothing, promptMs: 0, turnMs: nothing },
  }
  const batcher: BatcherModel = {
    maxBatch: 1,
    maxWaitMs: 0,
    inferred: [],
    lateMs: 0,
    calm: disturbances,
    crowded: disturbances,
    slots: 1,
    contention: Float64Array.of(1, 1),
    whileBusy: 'gather',
    timerOnLoop: false,
    seenMs: Float64Array.of(0, SERVICE_MS),
    fit: { interceptMs: SERVICE_MS, slopeMs: 0 },
  }
  const segments = [{ stage: 'model', place: { kind: 'device' }, demandMs: new Float64Array(COUNT) } as const]
  const batchOf = Uint32Array.from({ length: COUNT }, (_, i) => i)
  return serviceModel(COUNT, { arrivals: arrivals(WARM_UP), segments, batcher, batchOf })
}

const slow = (model: ServiceModel, warmUpFactor: number) => ({ ...model, warmUpFactor })
const fitted = (model: ServiceModel, present: number) =>
  withWarmUp({ model, unchanged: replay(model) }, present, SERVICE_MS)

describe.each([
  ['the event loop', onLoop()],
  ['the device', onDevice()],
])('a warm-up in which %s was slow', (_, model) => {
  const cold = replay(slow(model, 1.5))

  it('leaves requests behind, which those that count wait for', () => {
    expect(replay(model).presentAtStart).toBeLessThan(2)
    // Half of 200 took 3.5 ms too long, the others left 1 ms for what had piled up.
    expect(cold.presentAtStart).toBeGreaterThan((100 * 3.5 - 100 * 1) / SERVICE_MS - 2)
    expect(cold.presentAtStart).toBeLessThan((100 * 3.5 - 100 * 1) / SERVICE_MS + 2)
    expect(quantile(cold.latencyMs, 0.95)).toBeGreaterThan(10 * SERVICE_MS)
  })

  it('is found from how many they were', () => {
    const found = fitted(model, cold.presentAtStart)
    expect(found.warmUpFactor).toBeCloseTo(1.5, 1)
    expect(Math.abs(replay(found).presentAtStart - cold.presentAtStart)).toBeLessThanOrEqual(1)
  })

  it('does not count as use of the service', () => {
    const [before, after] = [replay(model), cold].map(({ busiest }) => busiest.utilization)
    expect(after).toBeCloseTo(before!, 1)
    expect(after).toBeLessThan(0.95)
  })
})

describe('the warm-up is as fast as what follows', () => {
  it('where what is missing is chance', () => {
    const model = onLoop()
    expect(fitted(model, 4)).toBe(model)
  })

  it('where the requests that are missing are no part of the p95', () => {
    const model = onLoop()
    expect(withWarmUp({ model, unchanged: replay(model) }, 30, 10_000)).toBe(model)
  })

  it('where nothing is near its limit', () => {
    const model = onLoop(WARM_UP, 7)
    expect(fitted(model, 30)).toBe(model)
  })

  it('where no cold code would explain what is missing', () => {
    const model = onLoop()
    expect(fitted(model, 10 * COUNT)).toBe(model)
  })

  it('where nothing came before those that count', () => {
    const model = onLoop(0)
    expect(fitted(model, 30)).toBe(model)
  })
})
