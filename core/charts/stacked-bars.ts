import type { Facts } from '../facts/fact.js'
import { inStageOrder } from '../facts/stage-order.js'
import { stageTimes } from '../facts/stage-times.js'
import { tails } from '../facts/tails.js'
import { traffic } from '../facts/traffic.js'
import type { Chart, StackedBars } from '../model/charts.js'
import { formatPercentile } from '../model/quantity.js'
import { enoughForPercentile } from '../stats/percentile-interval.js'
import { available, unavailable } from './chart.js'

/** Less than this is the residue of sums of exclusive times, no stage, and nobody could see it. */
const ROUNDING_MS = 0.0005

/** Mean stage times of the requests near each end-to-end percentile that the sample is large enough for. */
export function drawStackedBars(facts: Facts): Chart<StackedBars> {
  const times = facts.get(stageTimes)
  if (!times.known) return unavailable(times.reason)
  const near = facts.get(tails)
  if (!near.known) return unavailable(near.reason)
  const requests = facts.find(traffic)?.rows.length ?? 0
  const kept = near.value.filter((tail) => enoughForPercentile(requests, tail.percentile))
  if (kept.length === 0) return unavailable(`${requests} requests are too few for a percentile`)
  const names = times.value.stages
  const present = names.filter((_, s) => kept.some((tail) => tail.partsMs[s]! > ROUNDING_MS))
  const stages = inStageOrder(present)
  return available({
    stages,
    slaMs: facts.recording.meta.sla?.p95Ms ?? null,
    bars: kept.map(({ percentile, totalMs, members, partsMs }) => ({
      label: formatPercentile(percentile),
      percentile,
      totalMs,
      requests: members.length,
      parts: stages.map((stage) => ({ stage, ms: partsMs[names.indexOf(stage)]! })),
    })),
  })
}
