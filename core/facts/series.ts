import type { Metric, Recording } from '../model/recording.js'
import { gather } from '../stats/gather.js'
import { groupRows } from '../stats/row-groups.js'
import { timeWeightedMean } from '../stats/time-weighted-mean.js'
import { type Fact, type Facts, known, notMeasured } from './fact.js'
import { traffic } from './traffic.js'

/** One sampled metric of one instance within the measured window, "no value" samples left out. */
export type Series = {
  readonly metric: string
  readonly instance: string
  readonly simulated: boolean
  readonly tMs: Float64Array
  readonly value: Float64Array
}

export const series: Fact<'series', readonly Series[]> = {
  id: 'series',
  derive(facts) {
    const { samples, meta } = facts.recording
    if (samples.count === 0) return notMeasured('no sampler ran')
    const window = facts.find(traffic)
    return known(seriesWithin(facts.recording, window?.fromMs ?? 0, window?.toMs ?? meta.durationMs))
  },
}

/** What was sampled from `fromMs` to `toMs` of the recording. */
export function seriesWithin({ samples }: Recording, fromMs: number, toMs: number): Series[] {
  const { starts, rows } = groupRows(samples.series, samples.count, samples.seriesInfo.length)
  const found: Series[] = []
  for (const [s, info] of samples.seriesInfo.entries()) {
    const kept = rows
      .subarray(starts[s]!, starts[s + 1]!)
      .filter((i) => samples.tMs[i]! >= fromMs && samples.tMs[i]! <= toMs && !Number.isNaN(samples.value[i]!))
    if (kept.length === 0) continue
    found.push({
      ...info,
      tMs: gather(samples.tMs, kept),
      value: gather(samples.value, kept),
    })
  }
  return found
}

/** Every instance of a metric; empty when it was not sampled. */
export function seriesOf(facts: Facts, metric: Metric): Series[] {
  return (facts.find(series) ?? []).filter((one) => one.metric === metric)
}

export function meanOf(one: Series): number {
  return timeWeightedMean(one.tMs, one.value)
}

/** The instance with the highest mean; null when the metric was not sampled. */
export function busiest(all: readonly Series[]): { readonly series: Series; readonly mean: number } | null {
  let best: { series: Series; mean: number } | null = null
  for (const one of all) {
    const mean = meanOf(one)
    if (best === null || mean > best.mean) best = { series: one, mean }
  }
  return best
}
