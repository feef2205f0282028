import type { Facts } from './facts/fact.js'
import { independence } from './facts/independence.js'
import { traffic } from './facts/traffic.js'
import type { QualityCheck } from './model/diagnosis.js'
import { enoughForPercentile, percentileLowerBound } from './stats/percentile-interval.js'
import { quantile } from './stats/quantile.js'

/**
 * Whether the recording keeps its SLA. Withheld (null) where the client could not keep up, or where the sample is too small for a
 * percentile of the SLA. Requests that resemble each other count as fewer; a target that even the lower end of the interval is beyond is
 * missed all the same.
 */
export function slaVerdict(facts: Facts, quality: readonly QualityCheck[]): boolean | null {
  const { sla } = facts.recording.meta
  const measured = facts.find(traffic)
  if (sla === null || measured === null) return null
  if (quality.some((check) => check.id === 'client-bound' && check.ok === false)) return null
  const { latencyMs, errors, requests } = measured
  const verdicts = sla.percentiles.map(({ percentile, limitMs }) => {
    if (!enoughForPercentile(latencyMs.length, percentile)) return null
    const effective = facts.find(independence)?.effective(percentile) ?? latencyMs.length
    if (enoughForPercentile(Math.floor(effective), percentile)) return quantile(latencyMs, percentile) <= limitMs
    return (percentileLowerBound(latencyMs, percentile, effective) ?? 0) > limitMs ? false : null
  })
  if (sla.errorRate !== null) verdicts.push(errors / requests <= sla.errorRate)
  if (verdicts.includes(false)) return false
  // A backlog that grows makes a later p95 worse, so an unsteady run can miss its target but not meet it.
  const unsteady = quality.some((check) => check.id === 'littles-law' && check.ok === false)
  return verdicts.length === 0 || verdicts.includes(null) || unsteady ? null : true
}
