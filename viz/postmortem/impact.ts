import type { Diagnosis } from '../../core/model/diagnosis.js'
import {
  formatCount,
  formatMs,
  formatOptionalMs,
  formatPercent,
  formatRange,
  NOT_MEASURED,
  plural,
} from '../../core/model/quantity.js'
import { plain, section, table } from './markdown.js'

/** Requests slower than the p95 target. */
export type Late = { readonly limitMs: number; readonly late: number; readonly timed: number }

/** What users of the service saw, against what they were promised. */
export function impact(diagnosis: Diagnosis, late: Late | null): string {
  const { endToEnd, sla, targets } = diagnosis
  const rows: string[][] = []
  for (const { name, limitMs, measuredMs, met, reason } of targets) {
    const interval = name === 'p95' ? endToEnd.p95IntervalMs : null
    const range = interval === null ? '' : ` (95 % interval ${formatRange(interval)})`
    const measured = measuredMs === null ? (reason ?? NOT_MEASURED) : `${formatMs(measuredMs)}${range}`
    rows.push([name, formatMs(limitMs), measured, verdictOf(diagnosis, met)])
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

function verdict({ slaMet, sla, quality, targets }: Diagnosis, late: Late | null): string {
  if (sla === null) return 'The recording has no target, so nothing can be said to have been missed.'
  if (slaMet === null) {
    const failed = quality.filter(({ ok }) => ok === false).map(({ id, reason }) => `${id} (${plain(reason)})`)
    const unjudged = targets.filter(({ met }) => met === null).map(({ name, reason }) => `${name} (${reason})`)
    return `No verdict on the target: ${[...unjudged, ...failed].join('; ') || 'too few requests'}.`
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
