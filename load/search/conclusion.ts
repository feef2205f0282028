import type { Constraint, Knee } from '../../core/model/load-level.js'

/** Queueing makes the tail grow fast from here on: the primer's cap on utilization, as a share of the knee. */
const SAFE_SHARES = [0.7, 0.8] as const

export type Conclusion = {
  readonly knee: Knee | null
  readonly maxPassingRps: number | null
  readonly firstFailingRps: number | null
  readonly bindingConstraint: Constraint | null
  readonly safeRps: number | null
  readonly safeRangeRps: readonly [number, number] | null
  readonly headroom: number | null
}

/** What a knee means for operation. `peakRps`: the expected peak; null = unknown. */
export function concludeLoad(
  found: Pick<Conclusion, 'knee' | 'maxPassingRps' | 'firstFailingRps' | 'bindingConstraint'>,
  peakRps: number | null,
): Conclusion {
  const { knee, maxPassingRps } = found
  const kneeRps = knee?.kind === 'point' ? knee.rps : maxPassingRps
  return {
    knee,
    maxPassingRps,
    firstFailingRps: found.firstFailingRps,
    bindingConstraint: found.bindingConstraint,
    safeRps: kneeRps === null ? null : kneeRps * ((SAFE_SHARES[0] + SAFE_SHARES[1]) / 2),
    safeRangeRps: kneeRps === null ? null : [kneeRps * SAFE_SHARES[0], kneeRps * SAFE_SHARES[1]],
    headroom: peakRps === null || maxPassingRps === null ? null : 1 - peakRps / maxPassingRps,
  }
}
