import { describe, expect, it } from 'vitest'
import { type BatchQuestion, planBatch } from './batch.js'

/** Exercise 1 of the primer. */
const EXERCISE: BatchQuestion = {
  overheadMs: 6,
  perItemMs: 4,
  rate: 200,
  devices: 1,
  slaP95Ms: 120,
  maxBatches: [4, 8],
  maxWaitsMs: [0, 20],
  seed: 1,
}

describe('planBatch', () => {
  it('gives the arithmetic of the worked example: 38 ms, 58 ms, about 210 requests/s', () => {
    const { options, maxRps } = planBatch(EXERCISE)
    const option = options.find(({ maxBatch, maxWaitMs }) => maxBatch === 8 && maxWaitMs === 20)!
    expect(option).toMatchObject({ serviceMs: 38, approxP95Ms: 58, stable: true })
    expect(option.throughputRps).toBeCloseTo(210.5, 1)
    expect(option.utilization).toBeCloseTo(0.95, 6)
    expect(maxRps).toBe(250)
  })

  it('shows what the approximation hides near saturation, and warns', () => {
    const { options, recommended, devicesNeeded, warnings } = planBatch(EXERCISE)
    expect(options.find(({ maxBatch }) => maxBatch === 8)!.simulatedP95Ms).toBeGreaterThan(120)
    expect(recommended).toBeNull()
    expect(devicesNeeded).toBe(2)
    expect(warnings.join('\n')).toMatch(/95 % of what 1 device can serve, above 80 %/)
    expect(warnings.join('\n')).toMatch(/leaves out waiting for the device/)
  })

  it('prints no p95 for a load that a setting cannot serve', () => {
    const { options, warnings } = planBatch({ ...EXERCISE, maxBatches: [4] })
    for (const option of options) {
      expect(option).toMatchObject({ stable: false, simulatedP95Ms: null, simulatedP95IntervalMs: null, slaMet: false })
    }
    expect(warnings[0]).toMatch(/^unstable with max_batch 4: at 200 requests\/s the queue grows/)
  })

  it('recommends the highest throughput that keeps the SLA, then the lowest p95', () => {
    const { recommended, warnings } = planBatch({ ...EXERCISE, devices: 2, maxBatches: [1, 8, 24, 32] })
    expect(recommended).toMatchObject({ maxBatch: 24, maxWaitMs: 0, slaMet: true })
    expect(warnings.join('\n')).not.toMatch(/above 80 %/)
  })

  it('agrees with the approximation where it must: a lone request waits for company in vain', () => {
    const [option] = planBatch({ ...EXERCISE, rate: 0.5, maxBatches: [8], maxWaitsMs: [20] }).options
    expect(option!.simulatedP95Ms).toBeCloseTo(10 + 20, 6)
  })

  it('is the same plan for the same seed, and nearly the same for another', () => {
    const p95 = (seed: number) => planBatch({ ...EXERCISE, rate: 100, seed }).options.map((one) => one.simulatedP95Ms!)
    expect(p95(1)).toEqual(p95(1))
    for (const [i, ms] of p95(2).entries()) expect(ms / p95(1)[i]!).toBeCloseTo(1, 1)
  })
})
