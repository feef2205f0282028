import type { Facts } from './facts/fact.js'
import { targetResults } from './facts/target-results.js'
import { traffic } from './facts/traffic.js'
import type { QualityCheck } from './model/diagnosis.js'

/**
 * Whether the recording keeps its SLA. Withheld (null) where the client could not keep up, or where a target could not be judged:
 * the sample is too small for its percentile, or what it is about was not measured.
 */
export function slaVerdict(facts: Facts, quality: readonly QualityCheck[]): boolean | null {
  const { sla } = facts.recording.meta
  const measured = facts.find(traffic)
  if (sla === null || measured === null) return null
  if (quality.some((check) => check.id === 'client-bound' && check.ok === false)) return null
  const verdicts = (facts.find(targetResults) ?? []).map(({ met }) => met)
  if (sla.errorRate !== null) verdicts.push(measured.errors / measured.requests <= sla.errorRate)
  if (verdicts.includes(false)) return false
  // A backlog that grows makes a later p95 worse, so an unsteady run can miss its target but not meet it.
  const unsteady = quality.some((check) => check.id === 'littles-law' && check.ok === false)
  return verdicts.length === 0 || verdicts.includes(null) || unsteady ? null : true
}
