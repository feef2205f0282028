import { formatPercentile } from './quantity.js'
import type { Sla } from './recording-meta.js'

/** As `--sla` names it: `p95` of the whole answer, `ttft.p95` of the time to its first byte. */
export type TargetName = `p${number}` | `ttft.p${number}`

export type SlaTarget = {
  readonly name: TargetName
  readonly until: 'first-byte' | 'last-byte'
  readonly percentile: number
  readonly limitMs: number
}

/** Every latency target of an SLA, those on whole answers first. */
export function slaTargets(sla: Sla | null): SlaTarget[] {
  return [
    ...(sla?.percentiles ?? []).map(
      (target): SlaTarget => ({ name: formatPercentile(target.percentile), until: 'last-byte', ...target }),
    ),
    ...ttftTargets(sla),
  ]
}

/** Those on the time to the first byte. */
export function ttftTargets(sla: Sla | null): SlaTarget[] {
  return (sla?.ttft ?? []).map((target) => ({
    name: `ttft.${formatPercentile(target.percentile)}`,
    until: 'first-byte',
    ...target,
  }))
}
