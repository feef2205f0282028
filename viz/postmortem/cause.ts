import type { Diagnosis, Finding } from '../../core/model/diagnosis.js'
import { type Evidence, functionInWords } from '../../core/model/evidence.js'
import { formatMs, formatPercent, formatRange, formatValue, plural } from '../../core/model/quantity.js'
import { bullets, plain, section, table } from './markdown.js'

/** What the evidence says the cause is, with the numbers and the limits that they are judged against. */
export function cause(diagnosis: Diagnosis, chart: string): string {
  const finding = culpritOf(diagnosis)
  if (finding === null) {
    const unjudged = diagnosis.notFired.filter(({ verdict }) => verdict !== 'clear')
    const reasons = [...new Set(unjudged.map(({ reason }) => reason))]
    const gaps = reasons.map((reason) => {
      const ids = unjudged.filter((one) => one.reason === reason).map(({ id }) => `\`${id}\``)
      return `${plain(reason)}: ${ids.join(', ')}`
    })
    return section(
      'Cause',
      'No cause of medium or high confidence was found.',
      gaps.length === 0 ? null : `What could not be judged:\n\n${bullets(gaps)}`,
      chart,
    )
  }
  const rows = finding.evidence.flatMap(evidenceRows)
  const { p95, interval } = finding.costMs
  return section(
    'Cause',
    `**${plain(finding.title)}** (\`${finding.id}\`, ${finding.confidence} confidence). ${plain(finding.summary)}`,
    `Without it p95 would be about ${formatMs(p95)}${interval === null ? '' : ` (${formatRange(interval)})`} lower. How that was estimated: ${plain(finding.costMethod)}.`,
    '### Evidence',
    table(['', 'measured', 'limit', 'why this limit'], rows),
    chart,
  )
}

function evidenceRows(evidence: Evidence): string[][] {
  if (evidence.kind === 'histogram') return []
  if (evidence.kind === 'functions') {
    const { label, samples, functions } = evidence
    return functions.map((one) => [
      `${plain(label)} in ${plain(functionInWords(one))}`,
      `${formatPercent(one.share)} of ${plural(samples, 'sample')}`,
      '',
      '',
    ])
  }
  const { label, value, unit, limit } = evidence
  return [
    [
      plain(label),
      formatValue(value, unit),
      limit === undefined ? '' : formatValue(limit.value, unit),
      limit === undefined ? '' : plain(limit.reason),
    ],
  ]
}

/** Everything else that was found, and what the checklist says was not in order. */
export function contributingFactors(diagnosis: Diagnosis): string {
  const others = diagnosis.findings.filter((finding) => finding !== culpritOf(diagnosis))
  const factors = others.map(
    ({ title, summary, confidence, costMs }) =>
      `**${plain(title)}** (${confidence} confidence, about ${formatMs(costMs.p95)} of the p95). ${plain(summary)}`,
  )
  const failed = diagnosis.checklist.filter(({ status }) => status === 'fail')
  const missed = failed.map(({ title, evidence }) => `Not so: ${plain(title)} (${plain(evidence)}).`)
  const items = [...factors, ...missed]
  return section(
    'Contributing factors',
    items.length === 0 ? 'None was found.' : bullets(items),
    others.length === 0 ? null : 'Costs overlap: they do not add up.',
  )
}

function culpritOf({ findings, culprit }: Diagnosis): Finding | null {
  return findings.find(({ id }) => id === culprit) ?? null
}
