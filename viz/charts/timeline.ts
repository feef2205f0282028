import type { Timeline, TimelineTrack } from '../../core/model/charts.js'
import { formatMs, formatValue } from '../format.js'
import { type Html, html } from '../html.js'
import { dataTable } from '../section.js'
import { percentOf, tickAnchor, ticks } from '../ticks.js'

const HEIGHT = 56

/** Small multiples on one time axis. Paths are in time units, so zooming only moves the view box. */
export function timelineChart(chart: Timeline): Html {
  const { fromMs, toMs, tracks, phases } = chart
  const span = Math.max(toMs - fromMs, 1e-9)
  return html`<div class="timeline" id="timeline-chart">
<div class="timeline-tools" id="timeline-tools"></div>
<div class="phases">${phases.map(
    (phase) =>
      html`<span class="phase">${phase.label}: ${formatMs(phase.fromMs - fromMs)} to ${formatMs(phase.toMs - fromMs)}</span>`,
  )}</div>
${tracks.map((track, i) => trackRow(track, i, chart, span))}
<svg class="time-axis" width="100%" height="20" aria-hidden="true">${ticks(0, span, 5).map(
    (tick) =>
      html`<text class="axis" x="${percentOf(tick, span)}" y="14" text-anchor="${tickAnchor(tick / span)}">${tick === 0 ? '0' : formatMs(tick)}</text>`,
  )}</svg>
${dataTable('Timeline as a table', ['Track', 'Lowest', 'Mean', 'Highest'], tracks.flatMap(trackSummary))}
</div>`
}

function trackRow(track: TimelineTrack, index: number, chart: Timeline, span: number): Html {
  const top = topOf(track)
  const known = track.series.some((series) => series.values.some((value) => value !== null))
  return html`<div class="track-row" data-track="${index}">
<p class="track-label"><strong>${track.label}</strong>${track.simulated ? html` <span class="tag">simulated</span>` : null}${
    track.series.length < 2
      ? null
      : track.series.map(
          (series, i) => html` <span class="series-key"><i class="line-${i % 4}"></i>${series.label}</span>`,
        )
  }<span class="track-top">${known ? formatValue(top, track.unit) : ''}</span><output class="track-value"></output></p>
${
  known
    ? html`<svg class="track-chart" role="img" aria-label="${track.label} over time" width="100%" height="${HEIGHT}">
<svg class="track-plot" viewBox="0 0 ${span} ${HEIGHT}" preserveAspectRatio="none" width="100%" height="${HEIGHT}">
${chart.phases.map((phase) => (phase.label === 'measured' ? null : html`<rect class="phase-band" x="${phase.fromMs - chart.fromMs}" width="${Math.max(0, phase.toMs - phase.fromMs)}" height="${HEIGHT}"/>`))}
${track.series.map((series, i) => html`<path class="line line-${i % 4}" d="${path(series.values, chart.stepMs, top)}"/>`)}
${track.reference === null ? null : html`<line class="reference" x1="0" x2="${span}" y1="${y(track.reference.value, top)}" y2="${y(track.reference.value, top)}"/>`}
</svg><line class="baseline" x1="0" x2="100%" y1="${HEIGHT - 0.5}" y2="${HEIGHT - 0.5}"/>${
        track.reference === null
          ? null
          : html`<text class="reference-label" x="100%" dx="-4" y="${Math.max(10, y(track.reference.value, top) - 3)}" text-anchor="end">${track.reference.label}</text>`
      }</svg>`
    : html`<p class="unavailable">Not available: no samples.</p>`
}</div>`
}

/** A fraction keeps its full scale unless it stays tiny; everything else ends a little above its highest value. */
function topOf(track: TimelineTrack): number {
  let highest = track.reference?.value ?? 0
  for (const series of track.series) {
    for (const value of series.values) if (value !== null && value > highest) highest = value
  }
  if (track.unit === 'fraction') return highest > 0.2 ? Math.max(1, highest) : 0.2
  return highest > 0 ? highest * 1.08 : 1
}

function y(value: number, top: number): number {
  return Math.round((HEIGHT - 2 - (value / top) * (HEIGHT - 4)) * 10) / 10
}

/** A line through the middle of each step; a missing value breaks it. */
function path(values: readonly (number | null)[], stepMs: number, top: number): string {
  let d = ''
  let open = false
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (value === null) {
      open = false
      continue
    }
    d += `${open ? 'L' : 'M'}${Math.round((i + 0.5) * stepMs)} ${y(value, top)}`
    // A lone point would be invisible: give it the width of its step.
    if (!open && (values[i + 1] ?? null) === null) d += `h${Math.round(stepMs / 2)}`
    open = true
  }
  return d
}

function trackSummary(track: TimelineTrack): string[][] {
  return track.series.map((series) => {
    const values = series.values.filter((value) => value !== null)
    const name = [track.label, track.series.length > 1 ? series.label : '', track.simulated ? '(simulated)' : '']
      .filter(Boolean)
      .join(' ')
    if (values.length === 0) return [name, 'not measured', 'not measured', 'not measured']
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const lowest = values.reduce((a, b) => Math.min(a, b))
    const highest = values.reduce((a, b) => Math.max(a, b))
    return [name, ...[lowest, mean, highest].map((value) => formatValue(value, track.unit))]
  })
}
