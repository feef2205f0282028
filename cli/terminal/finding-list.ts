import type { Finding, Fix } from '../../core/model/diagnosis.js'
import type { MetricEvidence } from '../../core/model/evidence.js'
import { formatRange } from '../../core/model/quantity.js'
import { flow, printable, wrap } from './layout.js'
import { formatMs, formatValue } from './numbers.js'
import type { Paint } from './paint.js'

const EVIDENCE_SHOWN = 3

/** Findings as diagnosed, costliest first: cost with its 95 % interval, the sentence, the numbers it rests on, the first fix. */
export function findingList(findings: readonly Finding[], paint: Paint): string {
  return findings.map((finding, at) => findingEntry(finding, at + 1, paint)).join('\n\n')
}

function findingEntry(finding: Finding, place: number, paint: Paint): string {
  const indent = '     '
  const width = paint.columns - indent.length
  const head = [paint.bold(finding.id), paint.yellow(costOf(finding)), paint.yellow(`${finding.confidence} confidence`)]
  const lines = [`  ${place}  ${flow(head, width, indent)}`]
  lines.push(indent + wrap(printable(finding.summary), width).replaceAll('\n', `\n${indent}`))
  const numbers = finding.evidence.filter((evidence) => evidence.kind === 'metric').slice(0, EVIDENCE_SHOWN)
  if (numbers.length > 0) lines.push(indent + paint.dim(flow(numbers.map(evidenceText), width, indent)))
  const fix = finding.fixes[0]
  if (fix !== undefined) {
    lines.push(`${indent}${paint.green('fix:')} ${wrap(printable(fix.title) + predicted(fix), width - 5, indent)}`)
  }
  return lines.join('\n')
}

function costOf({ costMs: { p95, interval } }: Finding): string {
  const range = interval === null ? '' : ` (${formatRange(interval)})`
  return `${formatMs(p95)}${range} of the p95`
}

function predicted({ predictedP95Ms, intervalMs }: Fix): string {
  if (predictedP95Ms === null) return ''
  const range = intervalMs === null ? '' : ` (${formatRange(intervalMs)})`
  return `: p95 ${formatMs(predictedP95Ms)}${range}`
}

function evidenceText(evidence: MetricEvidence): string {
  return `${printable(evidence.label)} ${formatValue(evidence.value, evidence.unit)}`
}
