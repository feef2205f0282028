import type { LatencyHistogram } from '../../core/model/charts.js'
import { formatCount, formatMs } from '../format.js'
import { type Html, html } from '../html.js'
import { dataTable } from '../section.js'
import { percentOf, ticks } from '../ticks.js'

const HEIGHT = 170
const LABEL_ROW = 15

/** How many requests took how long, with the percentiles and the SLA as lines. */
export function latencyChart({ bins, marks, slaMs }: LatencyHistogram): Html {
  const fromMs = bins[0]?.fromMs ?? 0
  const toMs = Math.max(bins[bins.length - 1]?.toMs ?? 1, slaMs ?? 0)
  const span = Math.max(toMs - fromMs, 1e-9)
  const most = bins.reduce((max, bin) => Math.max(max, bin.count), 1)
  const lines = [
    ...marks.map((mark) => ({ ...mark, kind: 'percentile' })),
    ...(slaMs === null ? [] : [{ label: 'SLA', ms: slaMs, kind: 'sla' }]),
  ].sort((a, b) => a.ms - b.ms)
  const top = lines.length * LABEL_ROW + 4
  const x = (ms: number) => percentOf(ms - fromMs, span)
  const percentiles = marks.map((mark) => `${mark.label} ${formatMs(mark.ms)}`).join(', ')
  return html`<svg class="histogram" role="img" aria-label="Latency histogram: ${percentiles}" width="100%" height="${top + HEIGHT + 20}">
${bins.map((bin) => {
  const height = Math.max(bin.count > 0 ? 1 : 0, (bin.count / most) * HEIGHT)
  const late = slaMs !== null && bin.fromMs >= slaMs
  return html`<rect class="column${late ? ' late' : ''}" x="${x(bin.fromMs)}" width="${percentOf(bin.toMs - bin.fromMs, span)}" y="${Math.round((top + HEIGHT - height) * 10) / 10}" height="${Math.round(height * 10) / 10}"><title>${formatMs(bin.fromMs)} to ${formatMs(bin.toMs)}: ${formatCount(bin.count)} requests</title></rect>`
})}
${lines.map((line, i) => {
  const y = (lines.length - 1 - i) * LABEL_ROW + 11
  const right = (line.ms - fromMs) / span > 0.6
  return html`<line class="${line.kind}" x1="${x(line.ms)}" x2="${x(line.ms)}" y1="${y - 8}" y2="${top + HEIGHT}"/><text class="${line.kind}-label" x="${x(line.ms)}" dx="${right ? -5 : 5}" y="${y}" text-anchor="${right ? 'end' : 'start'}">${line.label} ${formatMs(line.ms)}</text>`
})}
<line class="baseline" x1="0" x2="100%" y1="${top + HEIGHT}" y2="${top + HEIGHT}"/>
${ticks(fromMs, fromMs + span * 0.95, 4).map(
  (tick) =>
    html`<text class="axis" x="${x(tick)}" y="${top + HEIGHT + 15}" text-anchor="${tick - fromMs < span * 0.05 ? 'start' : 'middle'}">${formatMs(tick)}</text>`,
)}
</svg>
${dataTable(
  'Histogram as a table',
  ['Latency', 'Requests'],
  bins
    .filter((bin) => bin.count > 0)
    .map((bin) => [`${formatMs(bin.fromMs)} to ${formatMs(bin.toMs)}`, formatCount(bin.count)]),
)}`
}
