import type { Batching } from '../../core/model/charts.js'
import { formatCount, formatMs, formatPercent } from '../format.js'
import { type Html, html } from '../html.js'
import { dataTable } from '../section.js'
import { percentOf, ticks } from '../ticks.js'

const HEIGHT = 150

/** How full batches leave, and what a batch of each size costs. */
export function batchingChart(chart: Batching): Html {
  return html`<div class="batching">${sizes(chart)}${serviceTimes(chart)}</div>
${dataTable(
  'Batches as a table',
  ['Size', 'Batches', 'Service p50', 'Service p95'],
  chart.sizes.map(({ size, count }) => {
    const served = chart.serviceTimes.find((row) => row.size === size)
    return [
      formatCount(size),
      formatCount(count),
      served === undefined ? '' : formatMs(served.p50Ms),
      served === undefined ? '' : formatMs(served.p95Ms),
    ]
  }),
)}`
}

function sizes({ sizes, capacity, reasons }: Batching): Html {
  const largest = Math.max(capacity ?? 0, ...sizes.map((row) => row.size), 1)
  const most = Math.max(...sizes.map((row) => row.count), 1)
  const total = sizes.reduce((sum, row) => sum + row.count, 0)
  const every = Math.ceil(largest / 16)
  const released = reasons
    .filter((row) => row.count > 0)
    .map((row) => `${row.reason} ${formatPercent(row.count / Math.max(1, total))}`)
  return html`<figure><svg class="histogram" role="img" aria-label="Batches by size" width="100%" height="${HEIGHT + 22}">
${sizes.map(({ size, count }) => {
  const height = Math.max(count > 0 ? 1 : 0, (count / most) * (HEIGHT - 4))
  return html`<rect class="column" x="${percentOf(size - 0.9, largest)}" width="${percentOf(0.8, largest)}" y="${Math.round((HEIGHT - height) * 10) / 10}" height="${Math.round(height * 10) / 10}"><title>size ${size}: ${formatCount(count)} batches (${formatPercent(count / Math.max(1, total))})</title></rect>`
})}
<line class="baseline" x1="0" x2="100%" y1="${HEIGHT}" y2="${HEIGHT}"/>
${Array.from({ length: Math.floor(largest / every) }, (_, i) => (i + 1) * every).map(
  (size) =>
    html`<text class="axis" x="${percentOf(size - 0.5, largest)}" y="${HEIGHT + 15}" text-anchor="middle">${size}</text>`,
)}</svg>
<figcaption>Batch size${capacity === null ? '' : `, room for ${capacity}`}.${released.length === 0 ? '' : ` Released: ${released.join(', ')}.`}</figcaption></figure>`
}

function serviceTimes({ serviceTimes, fit, capacity }: Batching): Html {
  if (serviceTimes.length === 0) return html`<p class="unavailable">Not available: no batch ran to its end.</p>`
  const largest = Math.max(capacity ?? 0, ...serviceTimes.map((row) => row.size)) + 0.5
  const top =
    Math.max(
      ...serviceTimes.map((row) => row.p95Ms),
      fit === null ? 0 : fit.overheadMs + fit.perItemMs * largest,
      1e-9,
    ) * 1.1
  const x = (size: number) => percentOf(size, largest)
  const y = (ms: number) => Math.round((1 - ms / top) * HEIGHT * 10) / 10
  return html`<figure><svg class="scatter" role="img" aria-label="Service time by batch size" width="100%" height="${HEIGHT + 22}">
${ticks(0, top, 3).map((tick) => html`<line class="grid" x1="0" x2="100%" y1="${y(tick)}" y2="${y(tick)}"/><text class="axis" x="0" y="${y(tick) - 3}">${tick === 0 ? '' : formatMs(tick)}</text>`)}
${fit === null ? null : html`<line class="fit" x1="0" x2="100%" y1="${y(fit.overheadMs)}" y2="${y(fit.overheadMs + fit.perItemMs * largest)}"/>`}
${serviceTimes.map(
  (row) =>
    html`<g><title>size ${row.size}: p50 ${formatMs(row.p50Ms)}, p95 ${formatMs(row.p95Ms)}
${formatCount(row.count)} batches</title><line class="spread" x1="${x(row.size)}" x2="${x(row.size)}" y1="${y(row.p50Ms)}" y2="${y(row.p95Ms)}"/><circle class="dot" cx="${x(row.size)}" cy="${y(row.p50Ms)}" r="4"/></g>`,
)}
<line class="baseline" x1="0" x2="100%" y1="${HEIGHT}" y2="${HEIGHT}"/>
${serviceTimes.filter((_, i) => i % Math.ceil(serviceTimes.length / 12) === 0).map((row) => html`<text class="axis" x="${x(row.size)}" y="${HEIGHT + 15}" text-anchor="middle">${row.size}</text>`)}
</svg><figcaption>Service time by batch size: p50 dot, line to p95.${
    fit === null
      ? ''
      : ` Fit: ${formatMs(fit.overheadMs)} + ${formatMs(fit.perItemMs)} per item (R² ${Math.round(fit.r2 * 100) / 100}).`
  }</figcaption></figure>`
}
