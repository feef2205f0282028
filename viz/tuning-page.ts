import { type TargetName, unpredictedText } from '../core/model/sla-targets.js'
import type { Surface } from '../core/model/surface.js'
import type { Assets } from './assets.js'
import { capital } from './capital.js'
import { heatTable } from './charts/heat-table.js'
import { type IntervalBar, intervalBars } from './charts/interval-bars.js'
import { documentShell } from './document-shell.js'
import { formatDeviation, formatMs, formatRange } from './format.js'
import { type Html, html } from './html.js'
import { section } from './section.js'

/** What `infer-diag tune` found. */
export type TuningInput = {
  readonly tool: { readonly name: string; readonly version: string }
  readonly service: string
  readonly recordingId: string
  readonly baseline: {
    readonly measured: { readonly p95Ms: number }
    readonly calibrationErrorP95: number
    readonly unpredictedTargets: readonly TargetName[]
  }
  readonly slaP95Ms: number | null
  readonly predictions: readonly TuningOption[]
  readonly recommended: readonly (TuningOption & { readonly why: string })[]
  readonly surfaces: readonly Surface[]
}

type TuningOption = {
  readonly changes: readonly string[]
  readonly titles: readonly string[]
  readonly effort: string
  readonly p95Ms: number | null
  readonly p95IntervalMs: readonly [number, number] | null
  readonly extrapolated: boolean
  readonly assumptions: readonly string[]
}

/** The ranked changes and the p95 over batch size and wait, on one page. */
export function renderTuningPage(input: TuningInput, assets: Assets): Html {
  const { service, recordingId, tool, baseline, slaP95Ms, predictions, recommended, surfaces } = input
  const marks = { todayMs: baseline.measured.p95Ms, slaMs: slaP95Ms }
  const unpredicted = unpredictedText(baseline.unpredictedTargets)
  const unstable = predictions.filter(({ p95Ms }) => p95Ms === null)
  return documentShell(
    {
      title: `${service}: what to change`,
      tool,
      source: `recording ${recordingId}`,
      payload: { flameGraph: null, flameDifference: null, timeline: null },
      content: html`<header class="hero"><p class="eyebrow">${service}<span>predicted from recording ${recordingId}</span></p>
<h1>${recommended.length === 0 ? nothing(slaP95Ms) : headline(recommended[0]!, input)}</h1>
<p class="muted">The unchanged service, replayed, has a p95 ${formatDeviation(baseline.calibrationErrorP95)} the measured ${formatMs(marks.todayMs)}.</p>${unpredicted === null ? null : html`<p>${capital(unpredicted)}.</p>`}</header>
${
  recommended.length === 0
    ? null
    : section(
        { id: 'recommended', title: 'Recommended', howToRead: 'None of these adds an instance.' },
        intervalBars(
          recommended.flatMap((option) => barOf(option, `${option.why}; effort: ${option.effort}`)),
          marks,
        ),
      )
}
${section(
  {
    id: 'changes',
    title: 'Every single change',
    howToRead:
      'The bar is the 95 % interval for the p95 of another run with the change, the mark in it the prediction. Lines are the SLA and the p95 today.',
  },
  html`${intervalBars(
    predictions.flatMap((option) => barOf(option, `effort: ${option.effort}`)),
    marks,
  )}${unstable.length === 0 ? null : html`<p>The load stays unstable with ${unstable.map(({ changes }) => changes.join(' ')).join(', ')}.</p>`}`,
)}
${surfaces.map((surface, at) =>
  section(
    {
      id: `surface-${at + 1}`,
      title: `p95 by largest batch and longest wait${surface.changes.length === 0 ? '' : `, with ${surface.changes.join(' ')}`}`,
      howToRead: 'Simulated. Darker is longer; a tick meets the SLA; the outlined cell is the setting as recorded.',
    },
    heatTable(surface, slaP95Ms),
  ),
)}`,
    },
    assets,
  )
}

function headline(
  { titles, p95Ms, p95IntervalMs, why }: TuningInput['recommended'][number],
  { baseline }: TuningInput,
) {
  const range = p95IntervalMs === null ? '' : ` (${formatRange(p95IntervalMs)})`
  const p95 = p95Ms === null ? 'the load stays unstable' : `p95 ${formatMs(p95Ms)}${range}`
  const what = titles.join(' and ')
  return `${capital(what)}: ${p95} instead of ${formatMs(baseline.measured.p95Ms)}, the ${why}.`
}

function nothing(slaP95Ms: number | null): string {
  const sla = slaP95Ms === null ? 'keeps up with the load' : `brings the p95 under ${formatMs(slaP95Ms)}`
  return `No change that was tried ${sla} without more instances.`
}

function barOf(option: TuningOption, note: string): IntervalBar[] {
  const { titles, changes, p95Ms, p95IntervalMs, extrapolated, assumptions } = option
  if (p95Ms === null || p95IntervalMs === null) return []
  const detail = html`<small><code>${changes.join(' ')}</code> ${note}${extrapolated ? '; extrapolated' : null}</small>${
    assumptions.length === 0 ? null : html`<small>${assumptions.join('; ')}</small>`
  }`
  return [{ title: titles.join(' and '), detail, p95Ms, intervalMs: p95IntervalMs }]
}
