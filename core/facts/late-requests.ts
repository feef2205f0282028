import { type Fact, known, notMeasured } from './fact.js'
import { traffic } from './traffic.js'

/** Requests slower than the p95 target: who notices when it is missed. */
export type LateRequests = { readonly limitMs: number; readonly late: number; readonly timed: number }

export const lateRequests: Fact<'lateRequests', LateRequests> = {
  id: 'lateRequests',
  derive(facts) {
    const measured = facts.get(traffic)
    if (!measured.known) return measured
    const limitMs = facts.recording.meta.sla?.p95Ms ?? null
    if (limitMs === null) return notMeasured('the recording has no p95 target')
    const { latencyMs } = measured.value
    let late = 0
    for (const ms of latencyMs) if (ms > limitMs) late++
    return known({ limitMs, late, timed: latencyMs.length })
  },
}
