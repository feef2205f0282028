import type { LevelReport, LoadReport } from '../core/model/load-report.js'
import { bindingSentence, headline, headroomSentence, safeSentence, slaText } from '../core/model/load-sentences.js'
import type { Assets } from './assets.js'
import { loadCurve } from './charts/load-curve.js'
import { documentShell } from './document-shell.js'
import { formatCount, formatMs, formatPercent, NOT_MEASURED } from './format.js'
import { type Html, html } from './html.js'
import { section, table } from './section.js'

/** What a load found out, on one page. */
export function renderLoadPage(report: LoadReport, assets: Assets): Html {
  const content = html`${hero(report)}
${section(
  {
    id: 'load-curve',
    title: report.mode === 'ramp' || report.mode === 'steps' ? 'Latency against load' : 'Latency by part',
    howToRead: howToRead(report),
  },
  loadCurve(report),
)}
${section(
  {
    id: 'levels',
    title: 'Levels',
    howToRead: 'Every rate that was held. Latency counts from when a request was due, not from when it was sent.',
  },
  levelTable(report),
)}`
  return documentShell(
    {
      title: `Load: ${headline(report)}`,
      tool: report.tool,
      source: `a load on ${report.url}`,
      payload: { flameGraph: null, flameDifference: null, timeline: null },
      content,
    },
    assets,
  )
}

function hero(report: LoadReport): Html {
  const [kind, text] = verdictOf(report)
  const sentences = [bindingSentence(report), safeSentence(report), headroomSentence(report), ...report.notes]
  return html`<header class="hero">
<p class="eyebrow">${report.url}<span>${report.startedAt.slice(0, 16).replace('T', ' ')} UTC</span><span>SLA: ${slaText(report)}</span></p>
<p class="verdict ${kind}"><span class="mark" aria-hidden="true"></span>${text}</p>
<h1>${headline(report)}</h1>
${sentences.map((sentence) => (sentence === null ? null : html`<p>${sentence}</p>`))}
</header>`
}

/** A knee is neither good nor bad; an expected peak makes it so. */
function verdictOf({
  loop,
  headroom,
  bindingConstraint,
  peakRps,
  maxPassingRps,
}: LoadReport): readonly [string, string] {
  if (bindingConstraint === 'client') return ['unknown', 'Bound by the client']
  if (loop === 'closed') return ['unknown', 'Closed loop']
  if (peakRps === null) return ['unknown', 'No expected peak given']
  if (maxPassingRps === null || headroom === null || headroom < 0) return ['fail', 'The expected peak does not pass']
  return ['pass', 'The expected peak passes']
}

function howToRead({ mode, loop }: LoadReport): string {
  if (loop === 'closed') return 'A closed loop waits for its answers, which flatters latency.'
  const unstable = 'A cross marks an unstable level, where requests came faster than they were answered.'
  return mode === 'ramp' || mode === 'steps'
    ? `Each point is a rate that was held. The SLA breaks where the p95 crosses its line. ${unstable}`
    : `Each point is a part of the load, in order. ${unstable}`
}

function levelTable({ levels }: LoadReport): Html {
  const labels = levels.some(({ label }) => label !== null)
  const recorded = levels.some(({ resources }) => resources !== null)
  const columns = [
    labels ? 'Part' : 'Requests/s',
    ...(labels ? ['Requests/s'] : []),
    'Answered/s',
    'p50',
    'p95',
    'p99',
    'Errors',
    ...(recorded ? ['Event loop', 'Device busy', 'Fullness'] : []),
    'Send lag p99',
    'Verdict',
  ]
  const rows = levels.map((level) => [
    ...(labels ? [level.label ?? ''] : []),
    formatCount(level.rate),
    formatCount(Math.round(level.throughputRps * 10) / 10),
    ...[level.p50Ms, level.p95Ms, level.p99Ms].map((ms) => (level.stable ? optional(ms, formatMs) : 'unstable')),
    formatPercent(level.requests === 0 ? 0 : level.errors / level.requests),
    ...(recorded ? resourceCells(level) : []),
    optional(level.clientLagP99Ms, formatMs),
    verdictText(level),
  ])
  return table(columns, rows, 'Levels')
}

function resourceCells({ resources }: LevelReport): string[] {
  return [
    optional(resources?.eventLoopUtilization ?? null, formatPercent),
    optional(resources?.deviceBusyFraction ?? null, formatPercent),
    optional(resources?.batchFullness ?? null, formatPercent),
  ]
}

function verdictText({ void: isVoid, slaMet, constraint, unstableReason, stable }: LevelReport): string {
  if (isVoid !== null) return `void: ${isVoid.reason}`
  const unstable = unstableReason === null ? '' : `: ${unstableReason}`
  if (slaMet === null) return stable ? '' : `unstable${unstable}`
  return slaMet ? 'passes' : `fails by ${constraint}${unstable}`
}

function optional(value: number | null, format: (value: number) => string): string {
  return value === null ? NOT_MEASURED : format(value)
}
