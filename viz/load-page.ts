import { type LevelReport, type LoadReport, measuredMsOf } from '../core/model/load-report.js'
import { bindingSentence, headline, headroomSentence, safeSentence, slaText } from '../core/model/load-sentences.js'
import { ttftTargets } from '../core/model/sla-targets.js'
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

/** A knee is neither good nor bad; an expected peak makes it so. Any other load has its SLA. */
function verdictOf(report: LoadReport): readonly [string, string] {
  const { loop, mode, headroom, bindingConstraint, peakRps, maxPassingRps, levels, recoveryMs, sla } = report
  if (bindingConstraint === 'client') return ['unknown', 'Bound by the client']
  if (loop === 'closed') return ['unknown', 'Closed loop']
  if (sla === null) return ['unknown', 'Not judged against an SLA']
  if (mode === 'ramp' || mode === 'steps') {
    if (peakRps === null) return ['unknown', 'No expected peak given']
    if (maxPassingRps === null || headroom === null || headroom < 0) return ['fail', 'The expected peak does not pass']
    return ['pass', 'The expected peak passes']
  }
  if (levels.some(({ slaMet }) => slaMet === null)) return ['unknown', 'Not judged against an SLA']
  if (levels.every(({ slaMet }) => slaMet === true)) return ['pass', 'The SLA is met']
  const recovers = mode === 'spike' && recoveryMs !== null ? ', then met again' : ''
  return ['fail', `The SLA is missed${recovers}`]
}

function howToRead({ mode, loop, sla }: LoadReport): string {
  if (loop === 'closed') return 'A closed loop waits for its answers, which flatters latency.'
  const unstable = 'A cross marks an unstable level, where requests came faster than they were answered.'
  if (mode !== 'ramp' && mode !== 'steps') return `Each point is a part of the load, in order. ${unstable}`
  const breaks = sla === null ? '' : ' The SLA breaks where a percentile crosses its line.'
  return `Each point is a rate that was held.${breaks} ${unstable}`
}

const RESOURCES = [
  { key: 'eventLoopUtilization', title: 'Event loop' },
  { key: 'deviceBusyFraction', title: 'Device busy' },
  { key: 'batchFullness', title: 'Fullness' },
] as const

function levelTable({ mode, levels: held, sla }: LoadReport): Html {
  const firstBytes = ttftTargets(sla).map(({ name }) => name)
  const levels = mode === 'ramp' ? [...held].sort((a, b) => a.rate - b.rate) : held
  const labels = levels.some(({ label }) => label !== null)
  const measured = RESOURCES.filter(({ key }) => levels.some(({ resources }) => (resources?.[key] ?? null) !== null))
  const columns = [
    ...(labels ? ['Part'] : []),
    'Requests/s',
    'Answered/s',
    'p50',
    'p95',
    'p99',
    ...firstBytes,
    'Errors',
    ...measured.map(({ title }) => title),
    'Send lag p99',
    'Verdict',
  ]
  const rows = levels.map((level) => [
    ...(labels ? [level.label ?? ''] : []),
    formatCount(level.rate),
    formatCount(level.throughputRps),
    ...[level.p50Ms, level.p95Ms, level.p99Ms].map((ms) => latencyCell(level, ms)),
    ...firstBytes.map((name) => latencyCell(level, measuredMsOf(level, name))),
    formatPercent(level.requests === 0 ? 0 : level.errors / level.requests),
    ...measured.map(({ key }) => optional(level.resources?.[key] ?? null, formatPercent)),
    optional(level.clientLagP99Ms, formatMs),
    verdictText(level),
  ])
  return html`${table(columns, rows, 'Levels')}${reasons(levels)}`
}

function latencyCell({ stable }: LevelReport, ms: number | null): string {
  if (!stable) return 'unstable'
  return ms === null ? 'too few' : formatMs(ms)
}

function verdictText({ void: isVoid, slaMet, constraint, stable }: LevelReport): string {
  if (isVoid !== null) return 'void'
  if (slaMet === null) return stable ? '' : 'unstable'
  return slaMet ? 'passes' : `fails by ${constraint}`
}

/** Too long for a cell: why a level is void or unstable. */
function reasons(levels: readonly LevelReport[]): Html {
  return html`${levels.map(({ label, rate, void: isVoid, unstableReason }) => {
    const reason =
      isVoid !== null ? `void, ${isVoid.reason}` : unstableReason === null ? null : `unstable, ${unstableReason}`
    const name = label ?? `${formatCount(rate)} requests/s`
    return reason === null ? null : html`<p class="how">${name}: ${reason}</p>`
  })}`
}

function optional(value: number | null, format: (value: number) => string): string {
  return value === null ? NOT_MEASURED : format(value)
}
