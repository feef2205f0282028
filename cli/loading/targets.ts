import { formatPercentile } from '../../core/model/quantity.js'
import type { Sla } from '../../core/model/recording-meta.js'
import type { Targets } from '../../load/index.js'

/** The SLA as the load judges it; null without one. The p95 comes first, or else the lowest percentile. */
export function targetsOf(sla: Sla | null): Targets | null {
  if (sla === null) return null
  const rank = (percentile: number) => (percentile === 0.95 ? -1 : percentile)
  const latency = [...sla.percentiles]
    .sort((a, b) => rank(a.percentile) - rank(b.percentile))
    .map(({ percentile, limitMs }) => ({
      name: formatPercentile(percentile),
      limitMs,
      allowed: Number((1 - percentile).toFixed(6)),
    }))
  return { latency, errorRate: sla.errorRate }
}
