import type { Charts } from '../../core/model/charts.js'
import type { Comparison } from '../../core/model/comparison.js'
import type { Diagnosis } from '../../core/model/diagnosis.js'
import { formatMs } from '../../core/model/quantity.js'
import { loadAssets } from '../assets.js'
import { type Drawing, svgDocument } from '../svg/document.js'
import { beforeAfterDrawing, stackedBarsDrawing } from '../svg/stacked-bars.js'
import { timelineDrawing } from '../svg/timeline.js'
import { cause, contributingFactors } from './cause.js'
import { fixes } from './fixes.js'
import { impact, type Late } from './impact.js'
import { plain, section } from './markdown.js'
import { dataQuality, prevention } from './prevention.js'
import { timelineEvents } from './timeline.js'

export type PostmortemInput = {
  readonly diagnosis: Diagnosis
  readonly charts: Charts
  readonly late: Late | null
  /** The recording that shows what a fix achieved. */
  readonly after: { readonly comparison: Comparison; readonly charts: Charts } | null
}

/** A file of the postmortem by its name; the document is the first. */
export type PostmortemFile = { readonly name: string; readonly content: string }

/** A Markdown document for the people who were not there, with its charts as SVG files beside it. */
export function renderPostmortem({ diagnosis, charts, late, after }: PostmortemInput): PostmortemFile[] {
  const files: PostmortemFile[] = []
  const figure = (name: string, alt: string, drawing: Drawing) => {
    files.push({ name, content: svgDocument(drawing, loadAssets().styles) })
    return `![${alt}](${name})`
  }
  const { stackedBars, timeline } = charts
  const bars = stackedBars.available
    ? figure('where-time-goes.svg', 'Where the time goes, near each percentile', stackedBarsDrawing(stackedBars.chart))
    : `Where the time goes is not known: ${plain(stackedBars.reason)}.`
  const course = timeline.available
    ? `${timelineEvents(timeline.chart, diagnosis.recording.startedAt)}\n\n${figure('timeline.svg', 'Latency and resources over time', timelineDrawing(timeline.chart))}`
    : `Not available: ${plain(timeline.reason)}.`
  const afterBars =
    after?.charts.stackedBars.available && stackedBars.available
      ? figure(
          'before-and-after.svg',
          'Where the time goes, before and after',
          beforeAfterDrawing(stackedBars.chart, after.charts.stackedBars.chart),
        )
      : null
  const document = [
    `# Postmortem: ${title(diagnosis)}`,
    provenance(diagnosis),
    section(
      'Summary',
      plain(diagnosis.headline),
      after === null ? null : `With a change: ${plain(after.comparison.headline)}`,
    ),
    impact(diagnosis, late),
    section('Timeline', course),
    cause(diagnosis, bars),
    contributingFactors(diagnosis),
    fixes(diagnosis, after?.comparison ?? null),
    afterBars,
    prevention(diagnosis),
    dataQuality(diagnosis),
  ]
  const content = `${document.filter((part) => part !== null).join('\n\n')}\n`
  return [{ name: 'postmortem.md', content }, ...files]
}

function title({ environment, endToEnd, sla }: Diagnosis): string {
  const name = plain(environment.service ?? 'inference service')
  if (endToEnd.p95Ms === null) return name
  const against = sla?.p95Ms == null ? '' : ` against ${formatMs(sla.p95Ms)}`
  return `${name}, p95 ${formatMs(endToEnd.p95Ms)}${against}`
}

function provenance({ recording, tool, environment }: Diagnosis): string {
  const { host } = environment
  const machine = host === null ? '' : `, on ${host.cores} cores of ${plain(host.cpuModel)}`
  const simulated = environment.gpus.some((gpu) => gpu.simulated) ? ' The accelerator is **simulated**.' : ''
  return `Written by ${tool.name} ${tool.version} from recording \`${plain(recording.id)}\` of ${plain(recording.startedAt)}${machine}.${simulated} It holds what was measured; who was affected, and how it was noticed, is for people to add.`
}
