import type { LatencyHistogram } from '../../core/model/charts.js'
import { formatCount, formatMs, plural } from '../format.js'
import { type Html, html } from '../html.js'
import { dataTable } from '../section.js'
import { percentOf, tickAnchor, ticks } from '../ticks.js'

const HEIGHT = 170
const LABEL_ROW = 15

/** A last bin this many times wider than the first holds the far tail and is drawn at the width of the others. */
const TAIL_BIN = 1.5

type Line = { readonly label: string; readonly ms: number; readonly kind: 'percentile' | 'sla' }

/** How many requests took how long, with the percentiles and the SLA as lines. */
export function latencyChart({ bins, marks, slaMs }: LatencyHistogram): Html {
  const widthMs = bins.length === 0 ? 1 : bins[0].toMs - bins[0].fromMs
  const last = bins[bins.length - 1]
  const tail = last !== undefined && last.toMs - last.fromMs > TAIL_BIN * widthMs ? last : null
  const shown = bins.map((bin) => (bin === tail ? { ...bin, toMs: bin.fromMs + widthMs } : bin))
  const fromMs = bins[0]?.fromMs ?? 0
  const span = Math.max(shown[shown.length - 1]?.toMs ?? 1, slaMs ?? 0, fromMs + 1e-9) - fromMs
  const most = bins.reduce((max, bin) => Math.max(max, bin.count), 1)
  const lines = labelOrder(
    [...marks.map((mark): Line => ({ ...mark, kind: 'percentile' })), ...slaLine(slaMs)],
    fromMs,
    span,
  )
  const top = lines.length * LABEL_ROW + 4
  const x = (ms: number) => percentOf(Math.min(span, ms - fromMs), span)
  const percentiles = marks.map((mark) => `${mark.label} ${formatMs(mark.ms)}`).join(', ')
  return html`<svg class="histogram" role="img" aria-label="Latency histogram: ${percentiles}" width="100%" height="${top + HEIGHT + 20}">
${shown.map((bin, i) => {
  const height = Math.max(bin.count > 0 ? 1 : 0, (bin.count / most) * HEIGHT)
  const late = slaMs !== null && bin.fromMs >= slaMs
  return html`<rect class="column${late ? ' late' : ''}" x="${x(bin.fromMs)}" width="${percentOf((bin.toMs - bin.fromMs) * 0.92, span)}" y="${Math.round((top + HEIGHT - height) * 10) / 10}" height="${Math.round(height * 10) / 10}"><title>${formatMs(bin.fromMs)} to ${formatMs(bins[i].toMs)}: ${formatCount(bin.count)} requests</title></rect>`
})}
${lines.map((line, i) => {
  const y = i * LABEL_ROW + 11
  const left = hangsLeft(line, fromMs, span)
  return html`<line class="${line.kind}" x1="${x(line.ms)}" x2="${x(line.ms)}" y1="${y - 8}" y2="${top + HEIGHT}"/><text class="halo ${line.kind}-label" x="${x(line.ms)}" dx="${left ? -5 : 5}" y="${y}" text-anchor="${left ? 'end' : 'start'}">${line.label} ${formatMs(line.ms)}</text>`
})}
<line class="baseline" x1="0" x2="100%" y1="${top + HEIGHT}" y2="${top + HEIGHT}"/>
${ticks(fromMs, fromMs + span, 4).map(
  (tick) =>
    html`<text class="axis" x="${x(tick)}" y="${top + HEIGHT + 15}" text-anchor="${tickAnchor((tick - fromMs) / span)}">${tick === 0 ? '0' : formatMs(tick)}</text>`,
)}
</svg>
${tail === null ? null : html`<p class="how">The last column holds the ${plural(tail.count, 'request')} past ${formatMs(tail.fromMs)}, up to ${formatMs(tail.toMs)}.</p>`}
${dataTable(
  'Histogram as a table',
  ['Latency', 'Requests'],
  bins
    .filter((bin) => bin.count > 0)
    .map((bin) => [`${formatMs(bin.fromMs)} to ${formatMs(bin.toMs)}`, formatCount(bin.count)]),
)}`
}

function slaLine(slaMs: number | null): Line[] {
  return slaMs === null ? [] : [{ label: 'SLA', ms: slaMs, kind: 'sla' }]
}

/**
 * One row a label, from the top. A line runs from its row down, so a label that hangs left must stand above every line
 * left of it, and one that hangs right above every line right of it.
 */
function labelOrder(lines: readonly Line[], fromMs: number, span: number): Line[] {
  const left = lines.filter((line) => hangsLeft(line, fromMs, span)).sort((a, b) => b.ms - a.ms)
  const right = lines.filter((line) => !hangsLeft(line, fromMs, span)).sort((a, b) => a.ms - b.ms)
  return [...left, ...right]
}

function hangsLeft(line: Line, fromMs: number, span: number): boolean {
  return (line.ms - fromMs) / span > 0.7
}
