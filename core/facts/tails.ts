import { gather } from '../stats/gather.js'
import { orderStatistics, quantileRank } from '../stats/quantile.js'
import { timeOrder } from '../stats/time-order.js'
import { type Fact, known, notEnoughData } from './fact.js'
import { timeAt } from './stage-columns.js'
import { type StageTimes, stageTimes } from './stage-times.js'
import { traffic } from './traffic.js'

/** Where the time of the requests near one end-to-end percentile went. */
export type Tail = {
  readonly percentile: number
  /** Positions in `traffic.rows`, fastest first. */
  readonly members: Uint32Array
  /** Their mean latency; `partsMs` sum to it. */
  readonly totalMs: number
  /** Mean exclusive time by stage, indexed like `stageTimes.stages`. */
  readonly partsMs: Float64Array
}

export const TAIL_PERCENTILES = [0.5, 0.9, 0.95, 0.99] as const

// One percent of the requests on each side: wide enough for a steady mean, narrow enough to be "near p95". At p99 half of
// what lies beyond it, lest the very slowest ones lift the mean far above the percentile.
const RANK_SHARE = 0.01
const MIN_SIDE = 2
const MAX_SIDE = 500

export const tails: Fact<'tails', readonly Tail[]> = {
  id: 'tails',
  derive(facts) {
    const measured = facts.get(traffic)
    if (!measured.known) return measured
    const times = facts.get(stageTimes)
    if (!times.known) return times
    const { latencyMs } = measured.value
    if (latencyMs.length === 0) return notEnoughData('no request was answered')
    return known(TAIL_PERCENTILES.map((percentile) => tailAt(percentile, latencyMs, times.value)))
  },
}

/** Share of the near-p95 latency that a stage takes, 0..1; 0 for a stage that does not occur. */
export function tailShare(all: readonly Tail[], times: StageTimes, stage: string, percentile = 0.95): number {
  const tail = all.find((one) => one.percentile === percentile)
  const id = times.stages.indexOf(stage)
  return tail === undefined || id < 0 || tail.totalMs === 0 ? 0 : tail.partsMs[id]! / tail.totalMs
}

function tailAt(percentile: number, latencyMs: Float64Array, times: StageTimes): Tail {
  const n = latencyMs.length
  const centre = quantileRank(n, percentile) - 1
  const side = Math.min(MAX_SIDE, Math.max(MIN_SIDE, Math.round(Math.min(RANK_SHARE * n, (n - centre) / 2))))
  const members = placesOfRanks(latencyMs, Math.max(0, centre - side), Math.min(n, centre + side + 1))
  const partsMs = new Float64Array(times.stages.length)
  let totalMs = 0
  for (const i of members) totalMs += latencyMs[i]! / members.length
  for (const [stage, column] of times.columns.entries()) {
    if (column !== null) for (const i of members) partsMs[stage]! += timeAt(column, i) / members.length
  }
  return { percentile, members, totalMs, partsMs }
}

/** What `timeOrder(values)` has from place `from` to before `to`, with only that much sorted. */
function placesOfRanks(values: Float64Array, from: number, to: number): Uint32Array {
  const [lowest, highest] = orderStatistics(values, [from + 1, to])
  const places: number[] = []
  let lower = 0
  for (let i = 0; i < values.length; i++) {
    if (values[i]! < lowest!) lower++
    else if (values[i]! <= highest!) places.push(i)
  }
  const order = timeOrder(gather(values, places))
  return order.slice(from - lower, to - lower).map((place) => places[place]!)
}
