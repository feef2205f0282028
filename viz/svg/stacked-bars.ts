import type { StackedBar, StackedBars } from '../../core/model/charts.js'
import { formatMs } from '../format.js'
import { type Html, html } from '../html.js'
import { stageClass, stageTextClass } from '../stage-style.js'
import { tickAnchor, ticks } from '../ticks.js'
import { type Drawing, WIDTH } from './document.js'

const LABEL_WIDTH = 84
const TOTAL_WIDTH = 78
const PLOT_WIDTH = WIDTH - LABEL_WIDTH - TOTAL_WIDTH - 16
const TOP = 26
const ROW = 32
const BAR = 24
const GROUP_GAP = 10
/** Narrower segments have no room for their figure. */
const LABELLED = 48
const LEGEND_ROW = 20

/** Where the time goes near each percentile. */
export function stackedBarsDrawing(chart: StackedBars): Drawing {
  const rows = chart.bars.map((bar, i) => ({ label: bar.label, bar, y: TOP + i * ROW }))
  return draw('Where the time of requests near each percentile goes', chart.stages, rows, chart.slaMs)
}

/** The same for two recordings, percentile by percentile. */
export function beforeAfterDrawing(before: StackedBars, after: StackedBars): Drawing {
  const stages = [...before.stages, ...after.stages.filter((stage) => !before.stages.includes(stage))]
  const rows: Row[] = []
  let y = TOP
  for (const bar of before.bars) {
    const match = after.bars.find(({ percentile }) => percentile === bar.percentile)
    if (match === undefined) continue
    rows.push({ label: `${bar.label} before`, bar, y }, { label: `${bar.label} after`, bar: match, y: y + ROW })
    y += 2 * ROW + GROUP_GAP
  }
  return draw('Where the time of requests goes, before and after', stages, rows, before.slaMs)
}

type Row = { readonly label: string; readonly bar: StackedBar; readonly y: number }

function draw(title: string, stages: readonly string[], rows: readonly Row[], slaMs: number | null): Drawing {
  const wholeMs = Math.max(...rows.map(({ bar }) => bar.totalMs), slaMs ?? 0, 1e-6) * 1.04
  const bottom = (rows[rows.length - 1]?.y ?? TOP) + ROW
  const legend = placeLegend(stages, bottom + 42)
  return {
    title: `${title}: ${rows.map(({ label, bar }) => `${label} ${formatMs(bar.totalMs)}`).join(', ')}`,
    height: legend.bottom + 8,
    content: html`${axis(wholeMs, bottom)}${rows.map((row) => barRow(row, wholeMs, slaMs))}${sla(slaMs, wholeMs, bottom)}${legend.content}`,
  }
}

function barRow({ label, bar, y }: Row, wholeMs: number, slaMs: number | null): Html {
  let atMs = 0
  const segments = bar.parts.map(({ stage, ms }) => {
    const x = xOf(atMs, wholeMs)
    atMs += ms
    const width = xOf(atMs, wholeMs) - x
    if (ms <= 0) return null
    return html`<rect class="segment ${stageClass(stage)}" x="${round(x)}" y="${y}" width="${round(width)}" height="${BAR}"><title>${stage}: ${formatMs(ms)}</title></rect>${
      width < LABELLED
        ? null
        : html`<text class="${stageTextClass(stage)}" x="${round(x + width / 2)}" y="${y + 17}" text-anchor="middle">${formatMs(ms)}</text>`
    }`
  })
  const over = slaMs !== null && bar.totalMs > slaMs
  return html`<text class="strong" x="${LABEL_WIDTH}" y="${y + 17}" text-anchor="end">${label}</text>${segments}
<text class="${over ? 'over' : 'strong'}" x="${LABEL_WIDTH + 8 + PLOT_WIDTH + 8}" y="${y + 17}">${formatMs(bar.totalMs)}</text>`
}

function sla(slaMs: number | null, wholeMs: number, bottom: number): Html | null {
  if (slaMs === null) return null
  const x = round(xOf(slaMs, wholeMs))
  return html`<line class="sla" x1="${x}" x2="${x}" y1="${TOP - 6}" y2="${bottom}"/><text class="sla-label" x="${x}" y="${TOP - 10}" text-anchor="${tickAnchor(slaMs / wholeMs)}">SLA ${formatMs(slaMs)}</text>`
}

function axis(wholeMs: number, bottom: number): Html {
  return html`${ticks(0, wholeMs, 5).map((tick) => {
    const x = round(xOf(tick, wholeMs))
    return html`<line class="grid" x1="${x}" x2="${x}" y1="${TOP}" y2="${bottom}"/><text class="axis" x="${x}" y="${bottom + 15}" text-anchor="${tickAnchor(tick / wholeMs)}">${tick === 0 ? '0' : formatMs(tick)}</text>`
  })}`
}

/** Names beside their colours, in rows. Widths are estimated: a file has no layout engine. */
function placeLegend(stages: readonly string[], top: number): { content: Html; bottom: number } {
  let [x, y] = [LABEL_WIDTH + 8, top]
  const items = stages.map((stage) => {
    const width = 34 + stage.length * 7
    if (x + width > WIDTH && x > LABEL_WIDTH + 8) [x, y] = [LABEL_WIDTH + 8, y + LEGEND_ROW]
    const item = html`<rect class="${stageClass(stage)}" x="${x}" y="${y - 10}" width="12" height="12"/><text class="muted" x="${x + 18}" y="${y}">${stage}</text>`
    x += width
    return item
  })
  return { content: html`${items}`, bottom: y + 8 }
}

function xOf(ms: number, wholeMs: number): number {
  return LABEL_WIDTH + 8 + (ms / wholeMs) * PLOT_WIDTH
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
