import type { Change, Delta, DeltaMetric } from '../model/comparison.js'
import type { Estimate, Figure } from './run-figures.js'

// A change that nobody would act on; two runs of one service on a shared machine can differ by as much.
export const TOLERANCE = { relative: 0.02, errorRate: 0.001 }

const UNITS: Readonly<Record<DeltaMetric, Delta['unit']>> = {
  meanMs: 'ms',
  p50Ms: 'ms',
  p90Ms: 'ms',
  p95Ms: 'ms',
  p99Ms: 'ms',
  firstByteP50Ms: 'ms',
  firstByteP95Ms: 'ms',
  throughputRps: 'rps',
  errorRate: 'fraction',
}

/** One figure of both sides; `judged` false leaves the change out, because nothing may be concluded from it. */
export function deltaOf(metric: DeltaMetric, before: Figure, after: Figure, judged: boolean): Delta {
  return {
    metric,
    unit: UNITS[metric],
    before: before?.value ?? null,
    after: after?.value ?? null,
    change: judged && before !== null && after !== null ? changeOf(metric, before, after) : null,
  }
}

/**
 * The interval of a difference from the intervals of its two sides, which need not be symmetric: MOVER, the method of
 * variance estimates recovery (Zou and Donner, 2008).
 */
function changeOf(metric: DeltaMetric, before: Estimate, after: Estimate): Change {
  const difference = after.value - before.value
  const low = difference - Math.hypot(after.value - after.low, before.high - before.value)
  const high = difference + Math.hypot(after.high - after.value, before.value - before.low)
  const floor = metric === 'errorRate' ? TOLERANCE.errorRate : TOLERANCE.relative * before.value
  const moved = (low > 0 || high < 0) && Math.abs(difference) >= floor
  const improved = metric === 'throughputRps' ? difference > 0 : difference < 0
  return {
    difference,
    interval: [low, high],
    ratio: before.value === 0 ? null : after.value / before.value,
    direction: moved ? (improved ? 'better' : 'worse') : 'none',
  }
}
