import type { ComparisonVerdict, Delta, JudgedMetric } from '../model/comparison.js'
import type { Comparability } from './comparability.js'
import { JUDGED } from './confidence.js'

/**
 * A regression in one judged figure outweighs a gain in another. The latency of an unsteady run is a lower bound: it
 * can prove that the service it measured is the slower one, and nothing else.
 */
export function judge(deltas: readonly Delta[], { obstacles, unsteady }: Comparability): ComparisonVerdict {
  if (obstacles.length > 0) return { kind: 'not-comparable', reasons: obstacles }
  const worse = moved(deltas, 'worse')
  const better = moved(deltas, 'better')
  const verdict: ComparisonVerdict =
    worse.length > 0
      ? { kind: 'worse', because: worse }
      : better.length > 0
        ? { kind: 'better', because: better }
        : { kind: 'no-detectable-change' }
  const doubts = [
    ...(unsteady.before && verdict.kind !== 'better' ? ['before'] : []),
    ...(unsteady.after && verdict.kind !== 'worse' ? ['after'] : []),
  ]
  if (doubts.length === 0) return verdict
  return {
    kind: 'not-comparable',
    reasons: doubts.map((side) => ({
      id: 'unsteady',
      reason: `${side} was not in a steady state, so its latency depends on how long it ran`,
    })),
  }
}

function moved(deltas: readonly Delta[], direction: 'better' | 'worse'): JudgedMetric[] {
  return JUDGED.filter((metric) =>
    deltas.some((delta) => delta.metric === metric && delta.change?.direction === direction),
  )
}
