import { brushX, type D3BrushEvent, select } from 'd3'
import type { Timeline } from '../../core/model/charts.js'
import { formatMs, formatValue } from '../format.js'
import { tickAnchor, ticks } from '../ticks.js'
import { addButton } from './tools.js'

const STRIP_PX = 36
const ZOOM_STEP = 2

/** Part of the recording in view, in ms since the start of the timeline. */
type Range = { readonly fromMs: number; readonly toMs: number }

/** A strip with a brush that zooms every track, and a crosshair that reads them all at one instant. */
export function addTimelineTools(timeline: Timeline): void {
  const host = document.getElementById('timeline-chart')
  const tools = document.getElementById('timeline-tools')
  const plots = [...(host?.querySelectorAll<SVGSVGElement>('.track-plot') ?? [])]
  if (host === null || tools === null || plots.length === 0) return
  const whole: Range = { fromMs: 0, toMs: timeline.toMs - timeline.fromMs }
  let range = whole
  const row = document.createElement('div')
  row.className = 'tools'
  tools.append(row)
  addButton(row, 'Zoom in', () => show(scaled(1 / ZOOM_STEP)))
  addButton(row, 'Zoom out', () => show(scaled(ZOOM_STEP)))
  const reset = addButton(row, 'Reset', () => show(whole))
  const where = select(row).append('output').attr('class', 'result').attr('aria-live', 'polite')
  const strip = addStrip(tools, plots[0], whole, (next) => show(next ?? whole))

  function scaled(factor: number): Range {
    const middle = (range.fromMs + range.toMs) / 2
    const half = Math.max(timeline.stepMs * 2, ((range.toMs - range.fromMs) / 2) * factor)
    return { fromMs: Math.max(0, middle - half), toMs: Math.min(whole.toMs, middle + half) }
  }

  function show(next: Range): void {
    range = next
    const span = range.toMs - range.fromMs
    for (const plot of plots) {
      const height = plot.viewBox.baseVal.height
      plot.setAttribute('viewBox', `${range.fromMs} 0 ${span} ${height}`)
    }
    const full = range.fromMs <= 0 && range.toMs >= whole.toMs
    reset.disabled = full
    where.text(full ? '' : `${formatMs(range.fromMs)} to ${formatMs(range.toMs)}`)
    strip.show(full ? null : range)
    drawAxis()
  }

  function drawAxis(): void {
    const span = range.toMs - range.fromMs
    const marks = ticks(range.fromMs, range.toMs, 5)
    select(host)
      .select('.time-axis')
      .selectAll('text')
      .data(marks)
      .join('text')
      .attr('class', 'axis')
      .attr('y', 14)
      .attr('x', (ms) => `${((ms - range.fromMs) / span) * 100}%`)
      .attr('text-anchor', (ms) => tickAnchor((ms - range.fromMs) / span))
      .text((ms) => axisLabel(ms, span))
  }

  addCrosshair(host, timeline, () => range)
  show(whole)
}

/** Neighbouring ticks of a zoomed axis must differ, so it keeps a digit more than other durations. */
function axisLabel(ms: number, spanMs: number): string {
  if (ms === 0) return '0'
  return ms >= 1000 && spanMs < 10_000 ? `${Math.round(ms / 10) / 100}\u00a0s` : formatMs(ms)
}

function addStrip(tools: HTMLElement, first: SVGSVGElement, whole: Range, onSelect: (range: Range | null) => void) {
  const svg = select(tools).append('svg').attr('class', 'time-strip').attr('width', '100%').attr('height', STRIP_PX)
  svg.attr('aria-hidden', 'true')
  const small = first.cloneNode(true) as SVGSVGElement
  small.setAttribute('class', '')
  small.setAttribute('height', String(STRIP_PX))
  svg.node()?.append(small)
  const layer = svg.append('g')
  const width = () => Math.max(1, tools.clientWidth)
  const toMs = (px: number) => (px / width()) * whole.toMs
  let shown: Range | null = null
  const brush = brushX<unknown>().on('brush end', (event: D3BrushEvent<unknown>) => {
    if (!event.sourceEvent) return
    const pixels = event.selection as [number, number] | null
    if (pixels === null) {
      if (event.type === 'end') onSelect(null)
    } else if (pixels[1] - pixels[0] > 2) onSelect({ fromMs: toMs(pixels[0]), toMs: toMs(pixels[1]) })
  })
  const place = () => {
    brush.extent([
      [0, 0],
      [width(), STRIP_PX],
    ])
    layer.call(brush)
    const pixels = shown === null ? null : [shown.fromMs, shown.toMs].map((ms) => (ms / whole.toMs) * width())
    layer.call(brush.move, pixels as [number, number] | null)
  }
  new ResizeObserver(place).observe(tools)
  return {
    show(range: Range | null) {
      shown = range
      place()
    },
  }
}

/** Reads every track at the pointer; arrow keys move it while the chart has the focus. */
function addCrosshair(host: HTMLElement, timeline: Timeline, view: () => Range): void {
  const rows = [...host.querySelectorAll<HTMLElement>('.track-row')]
  const charts = rows.flatMap((row) => [...row.querySelectorAll<SVGSVGElement>('.track-chart')])
  const lines = charts.map((chart) =>
    select(chart)
      .append('line')
      .attr('class', 'crosshair')
      .attr('y1', 0)
      .attr('y2', '100%')
      .attr('visibility', 'hidden'),
  )
  const steps = Math.max(1, Math.round((timeline.toMs - timeline.fromMs) / timeline.stepMs))
  let index = -1
  const hide = (): void => {
    index = -1
    for (const line of lines) line.attr('visibility', 'hidden')
    for (const row of rows) readout(row).textContent = ''
  }
  const read = (next: number): void => {
    const { fromMs, toMs } = view()
    const first = Math.floor(fromMs / timeline.stepMs)
    const last = Math.min(steps - 1, Math.ceil(toMs / timeline.stepMs) - 1)
    index = Math.max(first, Math.min(last, next))
    const x = (((index + 0.5) * timeline.stepMs - fromMs) / (toMs - fromMs)) * 100
    for (const line of lines) line.attr('visibility', 'visible').attr('x1', `${x}%`).attr('x2', `${x}%`)
    for (const row of rows) {
      const track = timeline.tracks[Number(row.dataset.track)]
      const values = track.series.map((series) => series.values[index] ?? null)
      readout(row).textContent = values
        .map((value) => (value === null ? '–' : formatValue(value, track.unit)))
        .join(' · ')
    }
  }
  host.addEventListener('pointermove', (event) => {
    const chart = event.target instanceof Element ? event.target.closest('.track-chart') : null
    if (chart === null) return hide()
    const box = chart.getBoundingClientRect()
    const { fromMs, toMs } = view()
    read(Math.floor((fromMs + ((event.clientX - box.left) / box.width) * (toMs - fromMs)) / timeline.stepMs))
  })
  host.addEventListener('pointerleave', hide)
  host.tabIndex = 0
  host.setAttribute('role', 'group')
  host.setAttribute('aria-label', 'Timeline. Arrow keys read the tracks at one instant.')
  host.addEventListener('keydown', (event) => {
    if (event.target !== host) return
    const step = event.shiftKey ? 10 : 1
    if (event.key === 'ArrowRight') read(index + step)
    else if (event.key === 'ArrowLeft') read(index < 0 ? steps : index - step)
    else if (event.key === 'Escape') hide()
    else return
    event.preventDefault()
  })
}

function readout(row: HTMLElement): HTMLElement {
  return row.querySelector('.track-value') as HTMLElement
}
