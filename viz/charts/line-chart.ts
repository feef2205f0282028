import type { LineChart } from '../../core/model/charts.js'
import { formatValue } from '../format.js'
import { type Html, html } from '../html.js'
import { dataTable } from '../section.js'
import { tickAnchor, ticks } from '../ticks.js'

const WIDTH = 760
const HEIGHT = 240
const LEFT = 64
const TOP = 12
const BOTTOM = 36
/** The style sheet tells four lines apart. */
const COLOURS = 4
/** Above this multiple of the limit a line leaves the chart: how far it is beyond matters less than where it crosses. */
const RANGE_OF_LIMIT = 4

/** One or more lines over a numeric axis; where a line ends there is no value (an unstable load has no p95). */
export function lineChart({ x, y, series, limit }: LineChart): Html {
  const points = series.flatMap((one) => one.points)
  const [fromX, toX] = [Math.min(...points.map((point) => point.x)), Math.max(...points.map((point) => point.x))]
  const highest = Math.max(1e-9, limit?.value ?? 0, ...points.map((point) => point.y ?? 0))
  const top = 1.06 * (limit === null ? highest : Math.min(highest, RANGE_OF_LIMIT * limit.value))
  const atX = (value: number) => round(LEFT + ((value - fromX) / Math.max(1e-9, toX - fromX)) * (WIDTH - LEFT - 8))
  const atY = (value: number) => round(TOP + (1 - Math.min(value, top) / top) * (HEIGHT - TOP - BOTTOM))
  const floor = HEIGHT - BOTTOM
  return html`<p class="track-label"><strong>${y.label}</strong>${series.length < 2 ? null : series.map((one, i) => html` <span class="series-key"><i class="line-${i % COLOURS}"></i>${one.label}</span>`)}</p>
<svg class="histogram" role="img" aria-label="${y.label} over ${x.label}" width="100%" viewBox="0 0 ${WIDTH} ${HEIGHT}">
${ticks(0, top, 4).map(
  (tick) =>
    html`<line class="baseline" opacity="0.35" x1="${LEFT}" x2="${WIDTH - 8}" y1="${atY(tick)}" y2="${atY(tick)}"/><text class="axis" x="${LEFT - 8}" y="${atY(tick) + 4}" text-anchor="end">${tick === 0 ? '0' : formatValue(tick, y.unit)}</text>`,
)}
<line class="baseline" x1="${LEFT}" x2="${WIDTH - 8}" y1="${floor}" y2="${floor}"/>
${ticks(fromX, toX, 6).map(
  (tick) =>
    html`<text class="axis" x="${atX(tick)}" y="${floor + 15}" text-anchor="${tickAnchor((tick - fromX) / Math.max(1e-9, toX - fromX))}">${formatValue(tick, x.unit)}</text>`,
)}
<text class="axis" x="${WIDTH - 8}" y="${floor + 31}" text-anchor="end">${x.label}</text>
${series.map((one, i) => html`<path class="line line-${i % COLOURS}" fill="none" stroke-width="2" d="${path(one.points, atX, atY)}"/>`)}
${
  limit === null
    ? null
    : html`<line class="sla" x1="${LEFT}" x2="${WIDTH - 8}" y1="${atY(limit.value)}" y2="${atY(limit.value)}"/><text class="halo sla-label" x="${LEFT + 6}" y="${atY(limit.value) - 5}">${limit.label}</text>`
}
</svg>
${dataTable('Chart as a table', [x.label, ...series.map((one) => one.label)], tableRows({ x, y, series, limit }))}`
}

function path(
  points: LineChart['series'][number]['points'],
  atX: (value: number) => number,
  atY: (value: number) => number,
): string {
  let d = ''
  let open = false
  for (const { x, y } of points) {
    if (y !== null) d += `${open ? 'L' : 'M'}${atX(x)} ${atY(y)}`
    open = y !== null
  }
  return d
}

function tableRows({ x, y, series }: LineChart): string[][] {
  const xs = [...new Set(series.flatMap((one) => one.points.map((point) => point.x)))].sort((a, b) => a - b)
  return xs.map((value) => [
    formatValue(value, x.unit),
    ...series.map((one) => {
      const found = one.points.find((point) => point.x === value)?.y ?? null
      return found === null ? 'none' : formatValue(found, y.unit)
    }),
  ])
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
