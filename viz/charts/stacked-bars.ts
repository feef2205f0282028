import type { StackedBar, StackedBars } from '../../core/model/charts.js'
import { formatCount, formatMs, formatPercent } from '../format.js'
import { type Html, html } from '../html.js'
import { dataTable } from '../section.js'
import { swatch } from '../stage-mark.js'
import { OTHER_STAGES, stageClass, stageTextClass } from '../stage-style.js'
import { percentOf, tickAnchor, ticks } from '../ticks.js'

/** More segments than this are hairlines; the smallest are drawn as one. */
const MAX_STAGES = 18
/** A label fits into a segment of this share of the axis on any screen, or on a wide one only. */
const FITS_ANYWHERE = 0.2
const FITS_WIDE = 0.07
const ROW_HEIGHT = 40

/** Stacked stage times of the requests near p50, p90, p95 and p99. */
export function stackedBarsChart(full: StackedBars): Html {
  const chart = mergeSmallStages(full)
  const whole = Math.max(...chart.bars.map((bar) => bar.totalMs), chart.slaMs ?? 0, 1e-6) * 1.04
  return html`<div class="stacked-bars">
${slaCaption(chart.slaMs, whole)}
${chart.bars.map((bar) => barRow(bar, chart, whole))}
${axis(whole)}
${legend(chart)}
${dataTable(
  'Bars as a table',
  ['Stage', ...chart.bars.map((bar) => bar.label)],
  [
    ...chart.stages.map((stage) => [stage, ...chart.bars.map((bar) => formatMs(partOf(bar, stage)))]),
    ['total', ...chart.bars.map((bar) => formatMs(bar.totalMs))],
    ['requests averaged', ...chart.bars.map((bar) => formatCount(bar.requests))],
  ],
)}
</div>`
}

function barRow(bar: StackedBar, { slaMs }: StackedBars, whole: number): Html {
  const over = slaMs !== null && bar.totalMs > slaMs
  let at = 0
  const segments = bar.parts.map((part) => {
    const start = at
    at += part.ms
    return part.ms <= 0 ? null : segment(part, start, bar, whole)
  })
  return html`<div class="bar-row"><span class="bar-label">${bar.label}</span>
<svg class="bar" role="group" aria-label="${bar.label}: ${formatMs(bar.totalMs)}" width="100%" height="${ROW_HEIGHT}">
${segments}${slaMs === null ? null : html`<line class="sla" x1="${percentOf(slaMs, whole)}" x2="${percentOf(slaMs, whole)}" y1="0" y2="${ROW_HEIGHT}"/>`}
</svg><span class="bar-total${over ? ' over' : ''}">${formatMs(bar.totalMs)}</span></div>`
}

function segment(part: StackedBar['parts'][number], start: number, bar: StackedBar, whole: number): Html {
  const share = part.ms / whole
  const fit = share >= FITS_ANYWHERE ? 'fits-anywhere' : share >= FITS_WIDE ? 'fits-wide' : null
  return html`<g class="segment" tabindex="0" role="img" data-stage="${part.stage}" data-ms="${part.ms}"><title>${part.stage}: ${formatMs(part.ms)}
${formatPercent(bar.totalMs > 0 ? part.ms / bar.totalMs : 0)} of ${bar.label} (${formatMs(bar.totalMs)}), mean of ${formatCount(bar.requests)} requests near it</title>
<rect class="${stageClass(part.stage)}" x="${percentOf(start, whole)}" width="${percentOf(part.ms, whole)}" y="5" height="${ROW_HEIGHT - 10}"/>${
    fit === null
      ? null
      : html`<text class="${stageTextClass(part.stage)} ${fit}" x="${percentOf(start + part.ms / 2, whole)}" y="${ROW_HEIGHT / 2 + 4}" text-anchor="middle" aria-hidden="true">${formatMs(part.ms)}</text>`
  }</g>`
}

function slaCaption(slaMs: number | null, whole: number): Html | null {
  if (slaMs === null) return null
  return html`<div class="bar-row caption"><span></span><svg width="100%" height="16" aria-hidden="true"><text class="sla-label" x="${percentOf(slaMs, whole)}" y="12" text-anchor="${tickAnchor(slaMs / whole)}">SLA ${formatMs(slaMs)}</text></svg><span></span></div>`
}

function axis(whole: number): Html {
  return html`<div class="bar-row caption"><span></span><svg width="100%" height="20" aria-hidden="true">${ticks(
    0,
    whole,
    4,
  ).map((tick) => {
    const x = percentOf(tick, whole)
    return html`<line class="tick" x1="${x}" x2="${x}" y1="0" y2="4"/><text class="axis" x="${x}" y="17" text-anchor="${tickAnchor(tick / whole)}">${tick === 0 ? '0' : formatMs(tick)}</text>`
  })}</svg><span></span></div>`
}

function legend({ stages, bars }: StackedBars): Html {
  const reference = bars.find((bar) => bar.percentile === 0.95) ?? bars[bars.length - 1]
  return html`<ul class="legend" aria-label="Stages in order, with their time at ${reference.label}"><li>at ${reference.label}:</li>${stages.map(
    (stage) =>
      html`<li data-stage="${stage}">${swatch(stage)}<span>${stage}</span><b>${formatMs(partOf(reference, stage))}</b></li>`,
  )}</ul>`
}

function partOf(bar: StackedBar, stage: string): number {
  return bar.parts.reduce((sum, part) => (part.stage === stage ? sum + part.ms : sum), 0)
}

function mergeSmallStages(chart: StackedBars): StackedBars {
  if (chart.stages.length <= MAX_STAGES) return chart
  const weight = new Map<string, number>()
  for (const bar of chart.bars) {
    for (const part of bar.parts) weight.set(part.stage, (weight.get(part.stage) ?? 0) + part.ms)
  }
  const ranked = [...chart.stages].sort((a, b) => (weight.get(b) ?? 0) - (weight.get(a) ?? 0))
  const kept = new Set(ranked.slice(0, MAX_STAGES - 1))
  return {
    ...chart,
    stages: [...chart.stages.filter((stage) => kept.has(stage)), OTHER_STAGES],
    bars: chart.bars.map((bar) => {
      const parts = bar.parts.filter((part) => kept.has(part.stage))
      const rest = bar.parts.reduce((sum, part) => (kept.has(part.stage) ? sum : sum + part.ms), 0)
      return { ...bar, parts: [...parts, { stage: OTHER_STAGES, ms: rest }] }
    }),
  }
}
