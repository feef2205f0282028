import type { Timeline } from '../../core/model/charts.js'
import { formatMs, formatValue } from '../../core/model/quantity.js'
import { bullets, plain } from './markdown.js'

/** What happened when, in recording time. */
export function timelineEvents(chart: Timeline, startedAt: string): string {
  const events: { readonly atMs: number; readonly what: string }[] = []
  for (const { label, fromMs, toMs } of chart.phases) {
    events.push({
      atMs: fromMs,
      what: label === 'measured' ? 'the measured window begins' : `the ${plain(label)} begins`,
    })
    if (label === 'measured') events.push({ atMs: toMs, what: 'the load ends' })
  }
  events.push(...latencyEvents(chart))
  events.sort((a, b) => a.atMs - b.atMs)
  const lines = events.map(({ atMs, what }) => `**+${(atMs / 1000).toFixed(1)} s** ${what}`)
  return `Times are since ${plain(startedAt)}, in steps of ${formatMs(chart.stepMs)}.\n\n${bullets(lines)}`
}

function latencyEvents(chart: Timeline) {
  const track = chart.tracks.find(({ id }) => id === 'latency')
  const p95 = track?.series.find(({ label }) => label === 'p95')?.values ?? []
  const measured = chart.phases.find(({ label }) => label === 'measured')
  const steps = p95
    .map((ms, step) => ({ ms, step, atMs: chart.fromMs + step * chart.stepMs }))
    .filter((one): one is { ms: number; step: number; atMs: number } => one.ms !== null)
    .filter(({ atMs }) => measured === undefined || (atMs >= measured.fromMs && atMs < measured.toMs))
  if (steps.length === 0) return []
  const worst = steps.reduce((a, b) => (b.ms > a.ms ? b : a))
  const limitMs = track?.reference?.value ?? null
  const over = limitMs === null ? [] : steps.filter(({ ms }) => ms > limitMs)
  const events = [{ atMs: worst.atMs, what: `worst p95, ${formatMs(worst.ms)}${circumstances(chart, worst.step)}` }]
  const first = over[0]
  if (first !== undefined && limitMs !== null) {
    const share = `${over.length} of ${steps.length} steps are`
    events.push({
      atMs: first.atMs,
      what: `p95 first above ${formatMs(limitMs)}, at ${formatMs(first.ms)}; ${share} above it`,
    })
  }
  return events
}

/** What the other tracks say about the same step. */
function circumstances(chart: Timeline, step: number): string {
  const seen = chart.tracks
    .filter(({ id }) => ['queue', 'event-loop', 'device', 'device-simulated'].includes(id))
    .flatMap(({ id, label, unit, simulated, series }) => {
      const value = series[0]?.values[step] ?? null
      if (value === null) return []
      const name = id === 'queue' ? series[0]!.label : label.toLowerCase()
      return [`${plain(name)} ${formatValue(value, unit)}${simulated ? ' (simulated)' : ''}`]
    })
  return seen.length === 0 ? '' : `, with ${seen.join(', ')}`
}
