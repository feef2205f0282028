import {
  type ComparisonVerdict,
  type Delta,
  type DeltaMetric,
  type JudgedMetric,
  METRIC_NAMES,
  type StageDelta,
} from '../model/comparison.js'
import { formatDifference } from '../model/difference.js'
import { formatMs, formatPercent } from '../model/quantity.js'

/** The verdict in one sentence with the numbers, and the stage that moved most. */
export function writeHeadline(
  verdict: ComparisonVerdict,
  deltas: readonly Delta[],
  stages: readonly StageDelta[],
): string {
  switch (verdict.kind) {
    case 'not-comparable':
      return `Not comparable: ${verdict.reasons.map(({ reason }) => reason).join('; ')}.`
    case 'no-detectable-change': {
      const interval = find(deltas, 'p95Ms')?.change?.interval
      const range = interval === undefined ? '' : `, a difference of ${formatDifference(interval, 'ms')}`
      return `No detectable change: ${fromTo(find(deltas, 'p95Ms'), 'p95Ms')}${range}.`
    }
    case 'better':
    case 'worse': {
      // p95 first: it is what targets speak of.
      const because = [...verdict.because].sort((a, b) => Number(b === 'p95Ms') - Number(a === 'p95Ms'))
      const clauses = because.map((metric) => fromTo(find(deltas, metric), metric))
      const opening = verdict.kind === 'better' ? 'Better' : 'Worse'
      return `${opening}: ${clauses.join(', ')}${mostMoved(stages, verdict.kind)}.`
    }
  }
}

function mostMoved(stages: readonly StageDelta[], direction: 'better' | 'worse'): string {
  const [most] = stages
    .filter(({ mean }) => mean.change?.direction === direction)
    .sort((a, b) => Math.abs(b.mean.change!.difference) - Math.abs(a.mean.change!.difference))
  if (most === undefined) return ''
  return `; most of it in ${most.id}, ${signed(most.mean.change!.difference)} a request in the mean`
}

function fromTo(delta: Delta | undefined, metric: JudgedMetric): string {
  const shown = (value: number | null | undefined) => {
    if (value === null || value === undefined) return 'unknown'
    return metric === 'errorRate' ? formatPercent(value) : formatMs(value)
  }
  return `${METRIC_NAMES[metric]} ${shown(delta?.before)} to ${shown(delta?.after)}`
}

function signed(difference: number): string {
  return `${difference < 0 ? '-' : '+'}${formatMs(Math.abs(difference))}`
}

function find(deltas: readonly Delta[], metric: DeltaMetric): Delta | undefined {
  return deltas.find((delta) => delta.metric === metric)
}
