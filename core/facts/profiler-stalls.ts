import { quantile } from '../stats/quantile.js'
import { type Fact, known } from './fact.js'
import { traffic } from './traffic.js'

/** What starting and stopping the CPU profile, which happen on the service's main thread, did to the requests. */
export type ProfilerStalls = {
  readonly longestMs: number
  /** Timed requests that were under way meanwhile. */
  readonly requests: number
  /** p95, less the p95 of the same requests without what they were under way meanwhile, ms: at least what it added, for others queue behind. */
  readonly addedP95Ms: number
}

export const profilerStalls: Fact<'profilerStalls', ProfilerStalls> = {
  id: 'profilerStalls',
  derive(facts) {
    const window = facts.get(traffic)
    if (!window.known) return window
    const { events } = facts.recording
    const kind = events.kinds.indexOf('profiler')
    const stalls = Array.from({ length: events.count }, (_, i) => i)
      .filter((i) => events.kind[i] === kind)
      .map((i) => ({ fromMs: events.startMs[i]!, toMs: events.endMs[i]! }))
      .filter(({ fromMs, toMs }) => toMs >= window.value.fromMs && fromMs <= window.value.toMs)
    const { startMs, latencyMs, p95Ms } = window.value
    if (stalls.length === 0) return known({ longestMs: 0, requests: 0, addedP95Ms: 0 })
    const heldUpMs = latencyMs.map((ms, i) =>
      stalls.reduce(
        (sum, { fromMs, toMs }) => sum + Math.max(0, Math.min(toMs, startMs[i]! + ms) - Math.max(fromMs, startMs[i]!)),
        0,
      ),
    )
    const without = latencyMs.map((ms, i) => ms - heldUpMs[i]!)
    return known({
      longestMs: Math.max(0, ...stalls.map(({ fromMs, toMs }) => toMs - fromMs)),
      requests: heldUpMs.filter((ms) => ms > 0).length,
      addedP95Ms: without.length === 0 ? 0 : p95Ms - quantile(without, 0.95),
    })
  },
}
