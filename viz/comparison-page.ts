import type { Chart, Charts, FlameDifference, StackedBars } from '../core/model/charts.js'
import { type Change, type Comparison, type Delta, METRIC_NAMES } from '../core/model/comparison.js'
import { formatDifference } from '../core/model/difference.js'
import type { Assets } from './assets.js'
import { flameDifferenceChart } from './charts/flame-difference.js'
import { stackedBarsChart } from './charts/stacked-bars.js'
import { documentShell } from './document-shell.js'
import { formatPercent, formatValue, NOT_MEASURED } from './format.js'
import { type Html, html } from './html.js'
import { chartSection, section, table, unavailable } from './section.js'
import { verification } from './sections/verification.js'
import { swatch } from './stage-mark.js'

export type ComparisonInput = {
  readonly comparison: Comparison
  readonly before: Charts
  readonly after: Charts
  readonly cpu: Chart<FlameDifference>
}

const COLUMNS = ['', 'Before', 'After', 'Change', 'Difference', 'Verdict']

/** Before against after, on one page. */
export function renderComparisonPage({ comparison, before, after, cpu }: ComparisonInput, assets: Assets): Html {
  const { endToEnd, stages, stagesWithheld, differences } = comparison
  const name = comparison.after.service ?? 'inference service'
  const content = html`${hero(comparison, name)}
${verification(comparison.verification, before.stackedBars.available ? before.stackedBars.chart.slaMs : null)}
${section(
  { id: 'end-to-end', title: 'End to end', howToRead: howJudged(comparison) },
  table(
    COLUMNS,
    endToEnd.map((delta) => row(METRIC_NAMES[delta.metric], delta)),
    'End to end',
  ),
)}
${chartSection(
  {
    id: 'stages',
    title: 'Where the time goes',
    howToRead:
      'Before and after on one scale. Each bar is the average of real requests near that percentile, so its parts add up to the bar.',
  },
  sideBySide(before.stackedBars, after.stackedBars),
  (chart) => html`<div class="compared">${stackedBarsChart(chart)}</div>`,
)}
${section(
  {
    id: 'stage-means',
    title: 'Stage by stage',
    howToRead: 'Mean time of a request in each stage. The differences add up to the difference of the mean latency.',
  },
  stagesWithheld === null
    ? table(
        COLUMNS,
        stages.map(({ id, mean }) => row(html`<span class="stage-name">${swatch(id)}<span>${id}</span></span>`, mean)),
        'Stage by stage',
      )
    : unavailable(stagesWithheld),
)}
${chartSection(
  {
    id: 'cpu',
    title: 'Where the CPU time changed',
    howToRead:
      'Each box is a function, as wide as its CPU time before and after together; the boxes under it are what it called. Blue takes less CPU than before, red more. Click or press Enter to zoom in.',
  },
  cpu,
  flameDifferenceChart,
)}
${section(
  {
    id: 'set-up',
    title: 'Set up differently',
    howToRead: 'What the recordings say was not the same: where to look for the cause.',
  },
  differences.length === 0
    ? html`<p>No difference was recorded.</p>`
    : table(
        ['', 'Before', 'After'],
        differences.map(({ what, before, after }) => [
          what,
          html`<span class="long">${before}</span>`,
          html`<span class="long">${after}</span>`,
        ]),
        'Set up differently',
      ),
)}`
  return documentShell(
    {
      title: `${name}: ${comparison.headline}`,
      tool: comparison.after.tool,
      source: `recordings ${comparison.before.id} and ${comparison.after.id}`,
      payload: { flameGraph: null, flameDifference: cpu.available ? cpu.chart : null, timeline: null },
      content,
    },
    assets,
  )
}

function hero({ verdict, headline, before, after }: Comparison, name: string): Html {
  const [kind, text] = {
    better: ['pass', 'Better'],
    worse: ['fail', 'Worse'],
    'no-detectable-change': ['unknown', 'No detectable change'],
    'not-comparable': ['unknown', 'Not comparable'],
  }[verdict.kind]
  return html`<header class="hero">
<p class="eyebrow">${name}<span>before: ${day(before.startedAt)}</span><span>after: ${day(after.startedAt)}</span></p>
<p class="verdict ${kind}"><span class="mark" aria-hidden="true"></span>${text}</p>
<h1>${headline}</h1>
</header>`
}

function day(startedAt: string): string {
  return `${startedAt.slice(0, 16).replace('T', ' ')} UTC`
}

function howJudged({ method }: Comparison): string {
  return `Differences with their ${(method.confidence * 100).toFixed(1)} % intervals (${method.name}). The verdict rests on p50, p95 and errors; less than ${formatPercent(method.tolerance.relative)} decides nothing.`
}

function row(name: string | Html, { unit, before, after, change }: Delta): (string | Html)[] {
  const shown = (value: number | null) => (value === null ? NOT_MEASURED : formatValue(value, unit))
  return [name, shown(before), shown(after), ...changeCells(unit, change)]
}

function changeCells(unit: Delta['unit'], change: Change | null): string[] {
  if (change === null) return ['', '', 'not judged']
  const ratio = change.ratio === null ? '' : `${change.ratio < 1 ? '' : '+'}${formatPercent(change.ratio - 1)}`
  return [ratio, formatDifference(change.interval, unit), change.direction === 'none' ? '' : change.direction]
}

/** The bars of both, percentile by percentile, on one scale. */
function sideBySide(before: Chart<StackedBars>, after: Chart<StackedBars>): Chart<StackedBars> {
  if (!before.available) return { available: false, reason: `before: ${before.reason}` }
  if (!after.available) return { available: false, reason: `after: ${after.reason}` }
  const [was, is] = [before.chart, after.chart]
  const bars = was.bars.flatMap((bar) => {
    const match = is.bars.find(({ percentile }) => percentile === bar.percentile)
    if (match === undefined) return []
    return [
      { ...bar, label: `${bar.label} before` },
      { ...match, label: `${bar.label} after` },
    ]
  })
  const stages = [...was.stages, ...is.stages.filter((stage) => !was.stages.includes(stage))]
  return { available: true, chart: { stages, bars, slaMs: was.slaMs } }
}
