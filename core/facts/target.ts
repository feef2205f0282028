import { percentileLowerBound } from '../stats/percentile-interval.js'
import { endToEnd } from './end-to-end.js'
import { type Fact, known } from './fact.js'
import { independence } from './independence.js'
import { traffic } from './traffic.js'

/** The p95 target of the SLA against what was measured. */
export type Target =
  | { readonly state: 'none' }
  | { readonly state: 'met' | 'missed' | 'unsure'; readonly limitMs: number; readonly p95Ms: number | null }

/**
 * 'missed' only where chance does not explain it: p95 is beyond the target with 95 % probability. Late requests that come
 * together tell less than as many strangers, so they are counted as the independent ones that they are worth. 'unsure' where
 * p95 is beyond it but with less certainty, and when there are too few requests to know p95.
 */
export const target: Fact<'target', Target> = {
  id: 'target',
  derive(facts) {
    const limitMs = facts.recording.meta.sla?.p95Ms ?? null
    if (limitMs === null) return known({ state: 'none' })
    const p95Ms = facts.find(endToEnd)?.p95Ms ?? null
    if (p95Ms === null) return known({ state: 'unsure', limitMs, p95Ms })
    if (p95Ms <= limitMs) return known({ state: 'met', limitMs, p95Ms })
    const { latencyMs } = facts.find(traffic)!
    const onTime = latencyMs.reduce((count, ms) => count + (ms <= limitMs ? 1 : 0), 0) / latencyMs.length
    const effective = facts.find(independence)?.effective(onTime) ?? latencyMs.length
    const leastMs = percentileLowerBound(latencyMs, 0.95, effective)
    return known({ state: leastMs !== null && leastMs > limitMs ? 'missed' : 'unsure', limitMs, p95Ms })
  },
}
