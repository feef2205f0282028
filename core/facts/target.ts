import { endToEnd } from './end-to-end.js'
import { type Fact, known } from './fact.js'

/** The p95 target of the SLA against what was measured. */
export type Target =
  | { readonly state: 'none' }
  | { readonly state: 'met' | 'missed' | 'unsure'; readonly limitMs: number; readonly p95Ms: number | null }

/** 'unsure' when there are too few requests to know p95. */
export const target: Fact<'target', Target> = {
  id: 'target',
  derive(facts) {
    const limitMs = facts.recording.meta.sla?.p95Ms ?? null
    if (limitMs === null) return known({ state: 'none' })
    const p95Ms = facts.find(endToEnd)?.p95Ms ?? null
    if (p95Ms === null) return known({ state: 'unsure', limitMs, p95Ms })
    return known({ state: p95Ms <= limitMs ? 'met' : 'missed', limitMs, p95Ms })
  },
}
