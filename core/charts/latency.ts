import type { Facts } from '../facts/fact.js'
import { traffic } from '../facts/traffic.js'
import type { Chart, LatencyHistogram } from '../model/charts.js'
import { formatPercentile } from '../model/quantity.js'
import { enoughForPercentile } from '../stats/percentile-interval.js'
import { quantiles } from '../stats/quantile.js'
import { available, unavailable } from './chart.js'
import { roundStep } from './round-step.js'

const PERCENTILES = [0.5, 0.9, 0.95, 0.99]
const BINS = 60
/** Past this multiple of the p99 a single outlier would squeeze everything else; the rest goes into one last bin. */
const RANGE_OF_P99 = 1.5

/** Latency in bins of one round width; a last, wider bin holds the far tail. */
export function drawLatency(facts: Facts): Chart<LatencyHistogram> {
  const measured = facts.get(traffic)
  if (!measured.known) return unavailable(measured.reason)
  const { latencyMs } = measured.value
  if (latencyMs.length === 0) return unavailable('no request was answered')
  const values = quantiles(latencyMs, PERCENTILES)
  let maxMs = 0
  for (const ms of latencyMs) maxMs = Math.max(maxMs, ms)
  const rangeMs = Math.min(maxMs, values[3]! * RANGE_OF_P99)
  const widthMs = roundStep(rangeMs / BINS)
  const regular = Math.max(1, Math.ceil(rangeMs / widthMs + 1e-9))
  const counts = new Float64Array(regular + 1)
  for (const ms of latencyMs) counts[Math.min(regular, Math.floor(ms / widthMs))]!++
  const bins = Array.from({ length: regular }, (_, i) => ({
    fromMs: i * widthMs,
    toMs: (i + 1) * widthMs,
    count: counts[i]!,
  }))
  const endMs = regular * widthMs
  if (counts[regular]! > 0)
    bins.push({ fromMs: endMs, toMs: Math.max(maxMs, endMs + widthMs), count: counts[regular]! })
  return available({
    bins,
    marks: PERCENTILES.flatMap((percentile, i) =>
      enoughForPercentile(latencyMs.length, percentile)
        ? [{ label: formatPercentile(percentile), ms: values[i]! }]
        : [],
    ),
    slaMs: facts.recording.meta.sla?.p95Ms ?? null,
  })
}
