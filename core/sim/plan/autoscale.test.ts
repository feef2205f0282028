import { describe, expect, it } from 'vitest'
import { type AutoscaleQuestion, planAutoscale } from './autoscale.js'

/** Example 3 of the primer: a cold load of 3 s, met by a spike. */
const EXAMPLE: AutoscaleQuestion = {
  rate: 200,
  spikeFactor: 3,
  spikeMs: 60_000,
  serviceMs: 40,
  serviceCv: 0.5,
  concurrency: 4,
  coldStartMs: 3000,
  signal: 'queue',
  everyMs: 5000,
  cpuWindowMs: 30_000,
  utilization: 0.7,
  minWarm: null,
  timeoutMs: 2000,
  slaP95Ms: 250,
  seed: 1,
}

describe('planAutoscale', () => {
  const plan = planAutoscale(EXAMPLE)
  const [, preWarmed, spares] = plan.cases.map(({ outcome }) => outcome)

  it("does the primer's arithmetic", () => {
    expect(plan.approximation).toMatchObject({
      rpsPerInstance: 70,
      instancesBefore: 3,
      instancesInSpike: 9,
      reactionMs: 8000,
    })
    expect(plan.approximation.overload).toBeCloseTo(2, 6)
    expect(plan.approximation.backlog).toBeCloseTo(300 * 8, 6)
  })

  it('shows that instances which get requests before they are ready cost errors', () => {
    const mild = planAutoscale({ ...EXAMPLE, spikeFactor: 1.5 })
    const [ungated, gated] = mild.cases.map(({ outcome }) => outcome)
    expect(ungated!.errorRate).toBeGreaterThan(gated!.errorRate + 0.01)
    expect(mild.warnings.join('\n')).toMatch(/gate them by readiness/)
  })

  it('shows that warm spares carry a spike that scaling alone does not', () => {
    expect(preWarmed!.errorRate).toBeGreaterThan(0.01)
    expect(spares!.errorRate).toBeLessThanOrEqual(0.001)
    expect(spares!.p95Ms).toBeLessThanOrEqual(250)
    expect(plan.slaMet).toBe(true)
    expect(plan.warmInstances.count).toBeGreaterThan(3)
  })

  it('shows that CPU cannot tell how far over capacity the load is, and comes too late', () => {
    const cpu = new Map(plan.cpuAtOverload.map((one) => [one.overload, one.cpu]))
    expect(cpu.get(0.7)).toBeCloseTo(0.7, 1)
    expect(cpu.get(1.1)).toBeGreaterThan(0.97)
    expect(cpu.get(3)! - cpu.get(1.1)!).toBeLessThan(0.03)
    const bySignal = new Map(plan.signals.map(({ signal, outcome }) => [signal, outcome]))
    expect(bySignal.get('cpu')!.errorRate).toBeGreaterThan(1.5 * bySignal.get('queue')!.errorRate)
    expect(plan.warnings.join('\n')).toMatch(/CPU alone is too late/)
  })

  it('warns above 80 % utilization', () => {
    expect(plan.warnings[0]).toMatch(/loads 3 instances to 200 %, above 80 %/)
  })

  it('takes the number of warm instances that is given, and judges it', () => {
    const { warmInstances, slaMet } = planAutoscale({ ...EXAMPLE, minWarm: 4 })
    expect(warmInstances).toEqual({ count: 4, source: 'given' })
    expect(slaMet).toBe(false)
  })

  it('leaves a load without a spike alone', () => {
    const calm = planAutoscale({ ...EXAMPLE, spikeFactor: 1 })
    expect(calm.cases[1]!.outcome.errorRate).toBe(0)
    expect(calm.approximation.backlog).toBe(0)
  })

  it('is the same for the same seed', () => {
    expect(planAutoscale(EXAMPLE).cases[1]!.outcome.p95Ms).toBe(preWarmed!.p95Ms)
  })
})
