import { describe, expect, it } from 'vitest'
import { type InstancesQuestion, planInstances } from './instances.js'

/** Exercise 2 of the primer. */
const EXERCISE: InstancesQuestion = {
  serviceMs: 12,
  serviceCv: 0.5,
  concurrency: 2,
  utilization: 0.7,
  rate: 600,
  headroom: 0.2,
  slaP95Ms: null,
  seed: 1,
}

describe('planInstances', () => {
  it('gives the answer of the exercise: 117 requests/s an instance, 750 in all, 7 instances', () => {
    const { rpsPerInstance, fleet } = planInstances(EXERCISE)
    expect(rpsPerInstance).toBeCloseTo(116.67, 2)
    expect(fleet).toMatchObject({ targetRps: 750, instances: 7 })
    expect(fleet!.utilization).toBeCloseTo(600 / (7 * 166.667), 4)
  })

  it('gives the first worked example, and says that 100 % is unstable instead of a number', () => {
    const plan = planInstances({ ...EXERCISE, serviceMs: 40, concurrency: 4, rate: null })
    expect(plan).toMatchObject({ fullRps: 100, rpsPerInstance: 70, fleet: null })
    expect(plan.simulated.curve.at(-1)).toEqual({ rate: 100, utilization: 1, stable: false })
  })

  it('shows the tail growing faster than the load', () => {
    const { curve } = planInstances(EXERCISE).simulated
    const tails = curve.map((load) => (load.stable ? load.p95Ms : Number.POSITIVE_INFINITY))
    for (let i = 1; i < tails.length; i++) expect(tails[i]!).toBeGreaterThan(tails[i - 1]!)
  })

  it('warns above 80 % utilization and when the loss of one instance cannot be carried', () => {
    const { warnings } = planInstances({ ...EXERCISE, utilization: 0.9, headroom: 0, rate: 290 })
    expect(warnings.join('\n')).toMatch(/90 % utilization, above 80 %/)
    expect(warnings.join('\n')).toMatch(/one instance lost the rest cannot carry the load/)
    expect(planInstances(EXERCISE).warnings).toEqual([])
  })

  it('does not add an instance for a rounding error', () => {
    const { fleet } = planInstances({
      ...EXERCISE,
      serviceMs: 20,
      concurrency: 2,
      utilization: 0.7,
      rate: 700,
      headroom: 0,
    })
    expect(fleet!.instances).toBe(10)
  })

  it('judges the SLA by the simulated p95 at the rate', () => {
    expect(planInstances({ ...EXERCISE, slaP95Ms: 60 }).slaMet).toBe(true)
    expect(planInstances({ ...EXERCISE, slaP95Ms: 20 }).slaMet).toBe(false)
  })
})
