import { DiagError } from '../core/errors.js'
import type { Comparison } from '../core/model/comparison.js'

/** Throws when the service got worse, and when nothing may be said about it: neither should pass a gate. */
export function checkRegression({ verdict }: Comparison, paths: { before: string; after: string }): void {
  if (verdict.kind === 'worse') {
    throw new DiagError(
      'missed',
      `${paths.after} is worse than ${paths.before}`,
      `see why: infer-diag diagnose ${paths.after}`,
    )
  }
  if (verdict.kind === 'not-comparable') {
    throw new DiagError(
      'void',
      `the recordings are not comparable: ${verdict.reasons.map(({ reason }) => reason).join('; ')}`,
      'record both again with the same load, long enough',
    )
  }
}
