import { type Diagnosis, streams } from '../../core/model/diagnosis.js'
import { formatDeviation, formatRange } from '../../core/model/quantity.js'
import { slaTargets, unpredictedTargets, unpredictedText } from '../../core/model/sla-targets.js'
import { isNode, LOST_AGENT_HINT } from '../lost-agent.js'
import { checklistLines } from './checklist-lines.js'
import { findingList } from './finding-list.js'
import { flow, printable, wrap } from './layout.js'
import { formatCount, formatMs, formatShare } from './numbers.js'
import type { Paint } from './paint.js'
import { qualityLines } from './quality-lines.js'
import { resourceItems } from './resource-items.js'
import { stageTable } from './stage-table.js'
import { showVerification } from './verification-view.js'

const LABEL_WIDTH = 11

export type ViewOptions = {
  readonly paint: Paint
  /** Where to look next; what is absent is not mentioned. */
  readonly paths: { readonly recording: string; readonly report?: string }
}

/** A Diagnosis as text as wide as `paint` tells (60 to 80 columns), ending in a newline. */
export function showDiagnosis(diagnosis: Diagnosis, { paint, paths }: ViewOptions): string {
  const sections = [
    paint.bold(wrap(printable(diagnosis.headline), paint.columns)),
    overview(diagnosis, paint),
    stages(diagnosis, paint),
    diagnosis.findings.length > 0 ? findingList(diagnosis.findings, paint) : '',
    predictionLine(diagnosis, paint),
    checklistLines(diagnosis, paint),
    qualityLines(diagnosis, paint),
    diagnosis.verification === undefined ? '' : showVerification(diagnosis.verification, paint).trimEnd(),
    nextSteps(paths, paint),
  ]
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`
}

function overview(diagnosis: Diagnosis, paint: Paint): string {
  const lines = [line('latency', latencyItems(diagnosis), paint)]
  if (streams(diagnosis.endToEnd)) {
    const { firstByteP50Ms, firstByteP95Ms, streamP50Ms, streamP95Ms } = diagnosis.endToEnd
    lines.push(line('first byte', [...halfAndTail(firstByteP50Ms, firstByteP95Ms), 'of the answer'], paint))
    lines.push(line('stream', [...halfAndTail(streamP50Ms, streamP95Ms), 'from its first byte to its last'], paint))
  }
  const verdict = slaVerdict(diagnosis, paint)
  if (verdict !== null) lines.push(line('SLA', verdict, paint))
  lines.push(line('load', loadItems(diagnosis), paint))
  const resources = resourceItems(diagnosis.resources)
  if (resources.length > 0) lines.push(line('resources', resources, paint))
  return lines.join('\n')
}

function stages(diagnosis: Diagnosis, paint: Paint): string {
  const reason = whyNoStages(diagnosis)
  if (reason === null) return diagnosis.stages.length > 0 ? stageTable(diagnosis.stages, hasTail(diagnosis), paint) : ''
  const room = paint.columns - 2 - LABEL_WIDTH
  return line('stages', wrap(`not measured: ${reason}`, room).split('\n'), paint)
}

/** Whether the p95 is the service's: there are enough requests for one, and the measurement is not void. */
function hasTail({ endToEnd, quality }: Diagnosis): boolean {
  return endToEnd.p95Ms !== null && !quality.some(({ id, ok }) => id === 'client-bound' && ok === false)
}

function whyNoStages({ stages, environment, resources, endToEnd }: Diagnosis): string | null {
  const outside = environment.observed === 'outside'
  if (!outside && (stages.length > 0 || endToEnd.requests === 0)) return null
  if (!outside && endToEnd.errorRate === 1) return 'each of these requests failed'
  const reason = outside
    ? 'no agent ran inside the service'
    : 'the agent in the service saw none of these requests; it follows HTTP/1.1 servers of Node'
  const started = environment.command !== null && isNode(resources.hottestThread?.name ?? '')
  // Of what starts the service, such as npm, the agent may be in that alone: the service's loop is not measured then.
  const lost = started && (outside || resources.eventLoopUtilization === null)
  return lost ? `${reason}; ${LOST_AGENT_HINT}` : reason
}

function line(label: string, items: readonly string[], { columns }: Paint): string {
  const indent = ' '.repeat(2 + LABEL_WIDTH)
  return `  ${label.padEnd(LABEL_WIDTH)}${flow(items, columns - indent.length, indent)}`
}

/** What the p95 of the fixes rests on, or why they have none. */
function predictionLine({ predictions, sla }: Diagnosis, paint: Paint): string {
  if (predictions === null) return ''
  const unpredicted = unpredictedText(unpredictedTargets(sla))
  const text =
    'withheld' in predictions
      ? `no p95 of the fixes is predicted: ${printable(predictions.withheld)}`
      : `the p95 of a fix is a prediction; the replay of the unchanged service has a p95 ${formatDeviation(predictions.calibrationErrorP95)} the measured one${unpredicted === null ? '' : `; ${unpredicted}`}`
  return paint.dim(`  ${wrap(text, paint.columns - 2, '    ')}`)
}

function latencyItems({ endToEnd }: Diagnosis): string[] {
  return (['p50', 'p90', 'p95', 'p99'] as const).map((name) => `${name} ${formatMs(endToEnd[`${name}Ms`])}`)
}

function halfAndTail(p50Ms: number | null, p95Ms: number | null): string[] {
  return [`p50 ${formatMs(p50Ms)}`, `p95 ${formatMs(p95Ms)}`]
}

function slaVerdict({ sla, slaMet, targets, endToEnd }: Diagnosis, paint: Paint): string[] | null {
  if (sla === null) return null
  const wanted = slaTargets(sla).map(({ name, limitMs }) => `${name} under ${formatMs(limitMs)}`)
  if (sla.errorRate !== null) wanted.push(`errors up to ${formatShare(sla.errorRate)}`)
  const words = slaMet === null ? paint.yellow('no verdict') : slaMet ? paint.green('met') : paint.red('missed')
  const items = [`${words}: ${wanted.join(', ')}`]
  for (const { until, name, measuredMs, reason } of targets) {
    if (until === 'first-byte') items.push(`${name} ${measuredMs === null ? reason : formatMs(measuredMs)}`)
  }
  const interval = endToEnd.p95IntervalMs
  if (interval !== null) items.push(`95 % interval of the p95: ${formatRange(interval)}`)
  return items
}

function loadItems({ endToEnd, environment, warmUp }: Diagnosis): string[] {
  const { load } = environment
  const items = [`${formatCount(endToEnd.requests)} requests`]
  if (endToEnd.throughputRps !== null) {
    const wanted = load === null ? ', sent by others' : ` of ${formatCount(load.rate)} wanted, ${load.arrivals}`
    items.push(`${formatCount(endToEnd.throughputRps)}/s${wanted}`)
  }
  if (endToEnd.errorRate !== null) items.push(`errors ${formatShare(endToEnd.errorRate)}`)
  if (warmUp !== null) items.push(`warm-up ${formatCount(warmUp.requests)} requests, apart`)
  return items
}

function nextSteps(paths: ViewOptions['paths'], paint: Paint): string {
  const rows: [string, string][] = [['recording', paths.recording]]
  if (paths.report === undefined) rows.push(['next', `infer-diag report ${paths.recording}`])
  else rows.push(['report', paths.report])
  return rows.map(([label, path]) => `  ${label.padEnd(LABEL_WIDTH)}${paint.cyan(path)}`).join('\n')
}
