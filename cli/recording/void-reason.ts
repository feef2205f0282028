import { DiagError } from '../../core/errors.js'
import type { Diagnosis } from '../../core/model/diagnosis.js'
import { sampleSizeForPercentile } from '../../core/stats/percentile-interval.js'
import type { LoadOutcome, LoadVoid } from '../../load/index.js'

/** What to do about a load that proves nothing. */
export const VOID_HINTS = {
  'nothing-measured': 'raise --duration or --rate',
  'all-failed': 'check the URL, --method and --body, and what the service wrote to its log',
  overloaded: 'lower --rate; infer-diag load finds the highest that the service can carry',
  'client-bound': 'lower --rate, or send the load from a machine with free CPU',
} as const satisfies Record<LoadVoid['cause'], string>

/** Why nothing may be concluded from a run, as a `void` error; null when something may. */
export function voidReason(load: LoadOutcome, { endToEnd }: Diagnosis): DiagError | null {
  if (load.void !== null) return new DiagError('void', load.void.reason, VOID_HINTS[load.void.cause])
  if (endToEnd.p95Ms !== null) return null
  const fact = `${endToEnd.requests} requests are too few for a p95: ${sampleSizeForPercentile(0.95)} answered ones are needed`
  return new DiagError('void', fact, VOID_HINTS['nothing-measured'])
}
