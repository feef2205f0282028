import type { Sla } from '../../core/model/recording-meta.js'
import { type SlaTarget, slaTargets } from '../../core/model/sla-targets.js'
import type { Targets } from '../../load/index.js'

/**
 * The SLA as the load judges it; null without one. Whole answers come before their first bytes, and of each the p95 first, or else the
 * lowest percentile.
 */
export function targetsOf(sla: Sla | null): Targets | null {
  if (sla === null) return null
  const rank = ({ until, percentile }: SlaTarget) =>
    (until === 'last-byte' ? 0 : 2) + (percentile === 0.95 ? 0 : percentile)
  const latency = slaTargets(sla)
    .sort((a, b) => rank(a) - rank(b))
    .map(({ percentile, ...target }) => ({ ...target, allowed: Number((1 - percentile).toFixed(6)) }))
  return { latency, errorRate: sla.errorRate }
}
