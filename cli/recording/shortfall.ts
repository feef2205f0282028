import { formatCount, formatPercentile } from '../../core/model/quantity.js'
import { slaTargets } from '../../core/model/sla-targets.js'
import { FEWEST_REQUESTS } from '../../core/sim/what-if/learn-service.js'
import { sampleSizeForPercentile } from '../../core/stats/percentile-interval.js'
import type { RecordPlan } from './plan.js'

const P95 = 0.95
const P99 = 0.99

/** What a planned load is too short for, and how long it would have to be. */
export type Shortfall = {
  readonly text: string
  /** A target of the SLA, or the p95 itself, will have no verdict; else it is good to know only. */
  readonly decisive: boolean
}

/** Null: there are requests enough, or nobody knows how many will come. */
export function shortfallOf({ load, sla }: Pick<RecordPlan, 'load' | 'sla'>): Shortfall | null {
  // A trace is as long as it is.
  if ('own' in load || typeof load.arrivals !== 'string') return null
  const due = (load.rate * load.durationMs) / 1000
  const wanted = [...new Set([P95, ...slaTargets(sla).map(({ percentile }) => percentile)])]
  const percentiles = [...new Set([...wanted, P99])].map((p) => ({
    what: `a ${formatPercentile(p)}`,
    needed: sampleSizeForPercentile(p),
    decisive: wanted.includes(p),
  }))
  const lacking = [...percentiles, { what: 'predictions of fixes', needed: FEWEST_REQUESTS, decisive: false }]
    .filter(({ needed }) => due < needed)
    .sort((a, b) => a.needed - b.needed)
  const most = lacking.at(-1)
  if (most === undefined) return null
  const list = lacking.map(({ what, needed }) => `${what} (${formatCount(needed)})`)
  const seconds = Math.ceil(withMargin(most.needed) / load.rate)
  return {
    text: `about ${formatCount(Math.round(due))} requests are due, too few for ${list.join(', ')}: --duration ${seconds}s would do`,
    decisive: lacking.some(({ decisive }) => decisive),
  }
}

/** So many have to be expected that `needed` come: random arrivals vary by the root of their number. */
function withMargin(needed: number): number {
  return needed + 2 * Math.sqrt(needed)
}
