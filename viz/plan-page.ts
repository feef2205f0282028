import type { Charts, PlanPage } from '../core/model/charts.js'
import type { Assets } from './assets.js'
import { batchingChart } from './charts/batching.js'
import { latencyChart } from './charts/latency.js'
import { lineChart } from './charts/line-chart.js'
import { stackedBarsChart } from './charts/stacked-bars.js'
import { documentShell } from './document-shell.js'
import { type Html, html } from './html.js'
import { chartSection, section } from './section.js'

/** `simulated`: the charts of a simulated recording of the setting that the plan chose, and what to call it. */
export type PlanInput = {
  readonly page: PlanPage
  readonly simulated: { readonly setting: string; readonly charts: Charts } | null
}

/** A plan on one page: what it says, and the charts behind it. */
export function renderPlanPage({ page, simulated }: PlanInput, assets: Assets): Html {
  const { title, verdict, lines, charts, warnings, tool } = page
  const content = html`<header class="hero">
<p class="eyebrow">${title}<span>from numbers alone: nothing was measured</span></p>
<h1>${verdict}</h1>
</header>
${section(
  { id: 'question', title: 'The question', howToRead: 'What was asked, and the rule of thumb for it.' },
  html`<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>${warnings.map((warning) => html`<p><strong>Warning:</strong> ${warning}</p>`)}`,
)}
${charts.map(({ id, title, howToRead, chart }) => section({ id, title, howToRead }, lineChart(chart)))}
${simulated === null ? null : simulatedSections(simulated)}`
  return documentShell(
    {
      title: `${title}: ${verdict}`,
      tool,
      source: 'a simulation',
      payload: { flameGraph: null, flameDifference: null, timeline: null },
      content,
    },
    assets,
  )
}

function simulatedSections({ setting, charts }: NonNullable<PlanInput['simulated']>): Html {
  const note = `Simulated requests with ${setting}.`
  return html`${chartSection(
    {
      id: 'stages',
      title: 'Where the time goes',
      howToRead: `${note} Each bar is the average of requests near that percentile, so its parts add up to the bar.`,
    },
    charts.stackedBars,
    stackedBarsChart,
  )}
${chartSection(
  { id: 'latency', title: 'Latency distribution', howToRead: `${note} How many took how long.` },
  charts.latency,
  latencyChart,
)}
${chartSection(
  {
    id: 'batching',
    title: 'Batches',
    howToRead: `${note} How full batches leave, and what a batch of that size costs.`,
  },
  charts.batching,
  batchingChart,
)}`
}
