import type { Diagnosis } from '../../core/model/diagnosis.js'
import {
  formatCount,
  formatMs,
  formatOptionalMs,
  formatPercent,
  formatPercentile,
  formatRange,
  plural,
} from '../../core/model/quantity.js'
import { plain, section, table } from './markdown.js'

/** Requests slower than the p95 target. */
export type Late = { readonly limitMs: number; readonly late: number; readonly timed: number }

/** What users of the service saw, against what they were promised. */
export function impact(diagnosis: Diagnosis, late: Late | null): string {
  const { endToEnd, sla } = diagnosis
  const rows: string[][] = []
  for (const { percentile, limitMs } of sla?.percentiles ?? []) {
    const measuredMs = percentileOf(diagnosis, percentile)
    const interval = percentile === 0.95 ? endToEnd.p95IntervalMs : null
    const range = interval === null ? '' : ` (95 % interval ${formatRange(interval)})`
    rows.push([
      formatPercentile(percentile),
      formatMs(limitMs),
      `${formatOptionalMs(measuredMs)}${range}`,
      verdictOf(diagnosis, measuredMs === null ? null : measuredMs <= limitMs),
    ])
  }
  if (sla !== null && sla.errorRate !== null && endToEnd.errorRate !== null) {
    const [limit, measured] = [formatPercent(sla.errorRate), formatPercent(endToEnd.errorRate)]
    rows.push(['errors', limit, measured, verdictOf(diagnosis, endToEnd.errorRate <= sla.errorRate)])
  }
  return section(
    'Impact',
    verdict(diagnosis, late),
    rows.length > 0 ? table(['', 'target', 'measured', ''], rows) : null,
    `Latency: p50 ${formatOptionalMs(endToEnd.p50Ms)}, p90 ${formatOptionalMs(endToEnd.p90Ms)}, p95 ${formatOptionalMs(endToEnd.p95Ms)}, p99 ${formatOptionalMs(endToEnd.p99Ms)}. ${load(diagnosis)}`,
  )
}

/** Where the data allows no verdict on the SLA, it allows none on its parts. */
function verdictOf({ slaMet }: Diagnosis, met: boolean | null): string {
  if (slaMet === null || met === null) return 'no verdict'
  return met ? 'met' : '**missed**'
}

function verdict({ slaMet, sla, quality }: Diagnosis, late: Late | null): string {
  if (sla === null) return 'The recording has no target, so nothing can be said to have been missed.'
  const failed = quality.filter(({ ok }) => ok === false)
  if (slaMet === null) {
    return `No verdict on the target: ${failed.map(({ id, reason }) => `${id} (${plain(reason)})`).join('; ') || 'too few requests'}.`
  }
  const slow =
    late === null
      ? ''
      : ` ${plural(late.late, 'request')} of ${formatCount(late.timed)} (${formatPercent(late.late / Math.max(1, late.timed))}) took longer than ${formatMs(late.limitMs)}.`
  return `The target was ${slaMet ? 'met' : 'missed'}.${slow}`
}

function load({ environment, endToEnd, recording }: Diagnosis): string {
  const wanted =
    environment.load === null
      ? ', sent by others'
      : ` of ${formatCount(environment.load.rate)} wanted (${environment.load.arrivals})`
  const rate = endToEnd.throughputRps === null ? '' : `${formatCount(endToEnd.throughputRps)} requests/s${wanted}, `
  return `Load: ${rate}${plural(endToEnd.requests, 'request')} in a recording of ${formatMs(recording.durationMs)}.`
}

function percentileOf({ endToEnd }: Diagnosis, percentile: number): number | null {
  const known: Readonly<Record<number, number | null>> = {
    0.5: endToEnd.p50Ms,
    0.9: endToEnd.p90Ms,
    0.95: endToEnd.p95Ms,
    0.99: endToEnd.p99Ms,
  }
  return known[percentile] ?? null
}
