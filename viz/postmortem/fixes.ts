import { type Comparison, METRIC_NAMES } from '../../core/model/comparison.js'
import type { Diagnosis, Finding, Fix } from '../../core/model/diagnosis.js'
import { formatDifference } from '../../core/model/difference.js'
import {
  formatDeviation,
  formatMs,
  formatOptionalMs,
  formatRange,
  formatValue,
  NOT_MEASURED,
} from '../../core/model/quantity.js'
import { describeVerification, type Verification, verificationRows } from '../../core/model/verification.js'
import { capital } from '../capital.js'
import { plain, section, table } from './markdown.js'

export type Proposal = { readonly finding: Finding; readonly fix: Fix }

/**
 * Two fixes that act on different things: the first one for the cause, then the first for another finding that neither
 * treats the same stage again nor adds instances or processes; failing that, the cause's second.
 */
export function proposals({ findings, culprit }: Diagnosis): Proposal[] {
  const cause = findings.find(({ id }) => id === culprit) ?? findings[0]
  if (cause === undefined) return []
  const all = (finding: Finding) => finding.fixes.map((fix) => ({ finding, fix }))
  const others = findings
    .filter((finding) => finding !== cause)
    .flatMap(all)
    .filter(({ fix }) => !/^(instances|processes)=/.test(fix.change ?? '') && !treats(fix, cause.stage))
  const [first, ...alternatives] = all(cause)
  return [...(first === undefined ? [] : [first]), ...[...others, ...alternatives].slice(0, 1)]
}

export function fixes(diagnosis: Diagnosis, comparison: Comparison | null): string {
  const { verification } = diagnosis
  if (verification !== undefined) return section('Fixes', made(verification), comparison && measured(comparison))
  const chosen = proposals(diagnosis).map(({ finding, fix }, i) => {
    const against = `against \`${finding.id}\`${finding.confidence === 'low' ? ' (a weak sign: check it first)' : ''}`
    const change = fix.change === null ? '' : `; as a change, \`${plain(fix.change)}\``
    return `${i + 1}. **${plain(fix.title)}** (${against}${change})${predicted(fix)}`
  })
  return section(
    'Fixes',
    chosen.length === 0 ? 'None to propose: no finding asks for one.' : chosen.join('\n'),
    basis(diagnosis),
    comparison === null ? null : measured(comparison),
  )
}

/** The changes that were made and measured stand for proposals. */
function made(verification: Verification): string {
  const { changes, assumptions, predicted } = verification
  const list = changes.map(
    ({ change, title }, i) => `${i + 1}. **${capital(plain(title))}** (as a change, \`${plain(change)}\`)`,
  )
  const basis = assumptions.length === 0 ? '' : `\n\nThe prediction rests on: ${plain(assumptions.join('; '))}.`
  const order = 'withheld' in predicted ? '' : ' The prediction rests on the recording before alone.'
  const count = changes.length === 1 ? 'One change' : changes.length === 2 ? 'Two changes' : 'Changes'
  const alone = changes.some(({ change }) => change.startsWith('instances=')) ? '' : ' without adding instances'
  const said = `${plain(describeVerification(verification))}${order}${basis}`
  return `${count}${alone}:\n\n${list.join('\n')}\n\n${said}\n\n${sideBySide(verification)}`
}

function sideBySide(verification: Verification): string {
  return table(
    ['', 'p50', 'p95', 'p99', '95 % interval of the p95'],
    verificationRows(verification).map(({ name, p50Ms, p95Ms, p99Ms, p95IntervalMs }) => [
      name,
      formatOptionalMs(p50Ms),
      formatOptionalMs(p95Ms),
      formatOptionalMs(p99Ms),
      p95IntervalMs === null ? '' : formatRange(p95IntervalMs),
    ]),
  )
}

function treats(fix: Fix, stage: string | null): boolean {
  return stage !== null && (fix.change?.includes(`.${stage}=`) ?? false)
}

function predicted({ predictedP95Ms, intervalMs, assumptions = [], extrapolated }: Fix): string {
  if (predictedP95Ms === null) return ''
  const range = intervalMs === null ? '' : ` (${formatRange(intervalMs)})`
  const beyond = extrapolated === true ? ' Extrapolated: this leads outside of what was recorded.' : ''
  const basis = assumptions.length === 0 ? '' : ` It rests on: ${plain(assumptions.join('; '))}.`
  return `\n   Predicted p95: ${formatMs(predictedP95Ms)}${range}.${basis}${beyond}`
}

function basis({ predictions }: Diagnosis): string | null {
  if (predictions === null) return null
  if ('withheld' in predictions) return `No effect is predicted: ${plain(predictions.withheld)}.`
  return `Predictions are replays of the recorded requests; that of the unchanged service has a p95 ${formatDeviation(predictions.calibrationErrorP95)} the measured one.`
}

/** The second recording says what was achieved; what was changed in it is only as known as its configuration. */
function measured({ endToEnd, differences, method }: Comparison): string {
  const rows = endToEnd.map(({ metric, unit, before, after, change }) => [
    METRIC_NAMES[metric],
    before === null ? NOT_MEASURED : formatValue(before, unit),
    after === null ? NOT_MEASURED : formatValue(after, unit),
    change === null ? '' : formatDifference(change.interval, unit),
    change === null || change.direction === 'none' ? '' : change.direction,
  ])
  const changed = differences.map(({ what, before, after }) => `${plain(what)} ${plain(before)} to ${plain(after)}`)
  return [
    '### Measured effect',
    table(['', 'before', 'after', `difference (${(method.confidence * 100).toFixed(1)} % interval)`, ''], rows),
    changed.length === 0
      ? 'No difference in configuration was recorded.'
      : `Set up differently: ${changed.join('; ')}.`,
  ].join('\n\n')
}
