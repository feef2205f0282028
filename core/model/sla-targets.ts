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

/** Those of which a simulation knows nothing: it replays whole answers, not when their first byte comes. */
export function unpredictedTargets(sla: Sla | null): TargetName[] {
  return ttftTargets(sla).map(({ name }) => name)
}

/** What predictions leave open, for a person; null where they leave nothing open. */
export function unpredictedText(names: readonly TargetName[]): string | null {
  if (names.length === 0) return null
  return `not predicted: ${names.join(', ')}; whole answers are simulated, not when their first byte comes`
}
