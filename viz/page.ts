import type { Charts } from '../core/model/charts.js'
import type { Diagnosis } from '../core/model/diagnosis.js'
import type { Assets } from './assets.js'
import { batchingChart } from './charts/batching.js'
import { flameGraphChart } from './charts/flame-graph.js'
import { latencyChart } from './charts/latency.js'
import { requestFlamesChart } from './charts/request-flames.js'
import { stackedBarsChart } from './charts/stacked-bars.js'
import { timelineChart } from './charts/timeline.js'
import { documentShell } from './document-shell.js'
import { type Html, html } from './html.js'
import type { Payload } from './payload.js'
import { chartSection, section } from './section.js'
import { checklist } from './sections/checklist.js'
import { environment } from './sections/environment.js'
import { findings } from './sections/findings.js'
import { fixes } from './sections/fixes.js'
import { headline } from './sections/headline.js'
import { notFired } from './sections/not-fired.js'
import { quality } from './sections/quality.js'
import { stageTable } from './sections/stage-table.js'
import { verification } from './sections/verification.js'

const NAVIGATION: readonly (readonly [id: string, title: string])[] = [
  ['findings', 'Findings'],
  ['stages', 'Stages'],
  ['requests', 'Requests'],
  ['cpu', 'CPU'],
  ['timeline', 'Timeline'],
  ['latency', 'Latency'],
  ['batching', 'Batching'],
  ['checklist', 'Checklist'],
  ['quality', 'Data quality'],
  ['environment', 'Environment'],
]

function navigation({ verification: verified, predictions }: Diagnosis): typeof NAVIGATION {
  const [first, ...rest] = NAVIGATION
  return [
    ...(predictions === null ? [] : [['fixes', 'Fixes'] as const]),
    first!,
    ...(verified === undefined ? [] : [['verification', 'Checked'] as const]),
    ...rest,
  ]
}

/** What a report is made of. */
export type ReportInput = { readonly diagnosis: Diagnosis; readonly charts: Charts }

/** The whole document. */
export function renderPage({ diagnosis, charts }: ReportInput, assets: Assets): Html {
  const payload: Payload = {
    flameGraph: charts.flameGraph.available ? charts.flameGraph.chart : null,
    flameDifference: null,
    timeline: charts.timeline.available ? charts.timeline.chart : null,
  }
  const name = diagnosis.environment.service ?? 'inference service'
  return documentShell(
    {
      title: `${name}: ${diagnosis.headline}`,
      tool: diagnosis.tool,
      source: `recording ${diagnosis.recording.id}`,
      payload,
      content: html`${headline(diagnosis)}
<nav aria-label="Sections"><ul>${navigation(diagnosis).map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
${fixes(diagnosis)}
${section(
  {
    id: 'findings',
    title: 'What holds it back, and what to do',
    howToRead:
      'Costliest first. The cost is how much of the measured p95 would go if the fault were gone; costs overlap, so they do not add up.',
  },
  findings(diagnosis),
)}
${verification(diagnosis.verification, diagnosis.sla?.p95Ms ?? null)}
${chartSection(
  {
    id: 'stages',
    title: 'Where the time goes',
    howToRead:
      'Each bar is the average of real requests near that percentile, so its parts add up to the bar. A part that grows from p50 to p99 makes the tail. Hatched parts are time in which nothing was done for the request.',
  },
  charts.stackedBars,
  stackedBarsChart,
)}
${stageTable(diagnosis)}
${chartSection(
  {
    id: 'requests',
    title: 'Three requests, up close',
    howToRead:
      'One real request each, left to right in time. Below it: the batch it rode in, and what the event loop was busy with meanwhile.',
  },
  charts.requestFlames,
  requestFlamesChart,
)}
${chartSection(
  {
    id: 'cpu',
    title: 'Where the CPU goes',
    howToRead:
      'Each box is a function; its width is its share of CPU time, the boxes under it are what it called. Colours are the stage that was running. Click or press Enter to zoom in.',
  },
  charts.flameGraph,
  flameGraphChart,
)}
${chartSection(
  {
    id: 'timeline',
    title: 'Over time',
    howToRead: 'Every track shares one time axis: what moves together belongs together. Drag across the strip to zoom.',
  },
  charts.timeline,
  timelineChart,
)}
<div class="pair">
${chartSection(
  {
    id: 'latency',
    title: 'Latency distribution',
    howToRead: 'How many requests took how long. Columns past the SLA line are the requests that miss it.',
  },
  charts.latency,
  latencyChart,
)}
${chartSection(
  {
    id: 'batching',
    title: 'Batches',
    howToRead:
      'Left: how full batches left. Right: what a batch of that size costs on the device. A flat line means that bigger batches are nearly free.',
  },
  charts.batching,
  batchingChart,
)}
</div>
${checklist(diagnosis)}
${notFired(diagnosis)}
${quality(diagnosis)}
${environment(diagnosis)}`,
    },
    assets,
  )
}
