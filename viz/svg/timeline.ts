import type { Timeline, TimelineTrack } from '../../core/model/charts.js'
import { formatMs, formatValue } from '../format.js'
import { type Html, html } from '../html.js'
import { tickAnchor, ticks } from '../ticks.js'
import { type Drawing, WIDTH } from './document.js'

const LEFT = 16
const PLOT_WIDTH = WIDTH - 2 * LEFT
const TRACK = 64
const TRACK_STEP = 100
const TOP = 24

/** What an incident is read from; the report has every track. */
const TRACKS = ['latency', 'queue', 'event-loop', 'device', 'device-simulated', 'host-cpu']
const MOST_TRACKS = 4

/** Latency above the resources that explain it, on one time axis. */
export function timelineDrawing(chart: Timeline): Drawing {
  const tracks = TRACKS.flatMap((id) => chart.tracks.filter((track) => track.id === id)).slice(0, MOST_TRACKS)
  const bottom = TOP + tracks.length * TRACK_STEP - (TRACK_STEP - TRACK)
  return {
    title: `${tracks.map(({ label }) => label).join(', ')} over time`,
    height: bottom + 26,
    content: html`${tracks.map((track, i) => drawTrack(track, TOP + i * TRACK_STEP, chart))}${axis(chart, bottom)}`,
  }
}

function drawTrack(track: TimelineTrack, y: number, chart: Timeline): Html {
  const highest = Math.max(
    track.reference?.value ?? 0,
    ...track.series.flatMap(({ values }) => values.map((value) => value ?? 0)),
  )
  const top = track.unit === 'fraction' ? Math.max(1, highest) : highest * 1.08 || 1
  const level = (value: number) => Math.round((y + TRACK - (value / top) * TRACK) * 10) / 10
  const name = track.simulated ? `${track.label} (simulated)` : track.label
  let keyX = LEFT + name.length * 7.5 + 16
  const keys = track.series.map((series, i) => {
    const key = html`<rect class="key-${i % 2}" x="${keyX}" y="${y - 11}" width="12" height="3"/><text class="muted" x="${keyX + 16}" y="${y - 7}">${series.label}</text>`
    keyX += 34 + series.label.length * 7
    return key
  })
  return html`<text class="strong" x="${LEFT}" y="${y - 7}">${name}</text>${track.series.length > 1 ? keys : null}
<text class="axis" x="${WIDTH - LEFT}" y="${y - 7}" text-anchor="end">${formatValue(top, track.unit)}</text>
${chart.phases.map((phase) => (phase.label === 'measured' ? null : html`<rect class="band" x="${xOf(phase.fromMs, chart)}" y="${y}" width="${xOf(phase.toMs, chart) - xOf(phase.fromMs, chart)}" height="${TRACK}"/>`))}
<line class="grid" x1="${LEFT}" x2="${WIDTH - LEFT}" y1="${y}" y2="${y}"/><line class="grid" x1="${LEFT}" x2="${WIDTH - LEFT}" y1="${y + TRACK}" y2="${y + TRACK}"/>
${track.series.map(({ values }, i) => html`<path class="line line-${i % 2}" d="${path(values, chart, level)}"/>`)}
${
  track.reference === null
    ? null
    : html`<line class="sla" x1="${LEFT}" x2="${WIDTH - LEFT}" y1="${level(track.reference.value)}" y2="${level(track.reference.value)}"/><text class="sla-label" x="${WIDTH - LEFT}" y="${level(track.reference.value) - 4}" text-anchor="end">${track.reference.label}</text>`
}`
}

/** A line through the middle of each step; a missing value breaks it. */
function path(values: readonly (number | null)[], chart: Timeline, level: (value: number) => number): string {
  let d = ''
  let open = false
  values.forEach((value, i) => {
    if (value !== null) d += `${open ? 'L' : 'M'}${xOf(chart.fromMs + (i + 0.5) * chart.stepMs, chart)} ${level(value)}`
    open = value !== null
  })
  return d
}

function axis(chart: Timeline, y: number): Html {
  const spanMs = chart.toMs - chart.fromMs
  return html`${ticks(0, spanMs, 6).map(
    (tick) =>
      html`<text class="axis" x="${xOf(chart.fromMs + tick, chart)}" y="${y + 17}" text-anchor="${tickAnchor(tick / spanMs)}">${tick === 0 ? '0' : formatMs(tick)}</text>`,
  )}`
}

function xOf(ms: number, { fromMs, toMs }: Timeline): number {
  return Math.round((LEFT + ((ms - fromMs) / Math.max(1e-9, toMs - fromMs)) * PLOT_WIDTH) * 10) / 10
}
