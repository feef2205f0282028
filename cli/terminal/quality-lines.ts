import type { Diagnosis } from '../../core/model/diagnosis.js'
import { SAMPLER_GAP, SERVICE_LOG_GAP, VERIFICATION_GAP } from '../../core/model/gap.js'
import { formatBytes } from '../../core/model/quantity.js'
import { printable, wrap } from './layout.js'
import type { Paint } from './paint.js'

/** Of a service seen from outside nearly all rules lack them: those that do not are fewer names. */
const MOST_NAMED = 15

/** How far the numbers can be trusted: problems one by one, what passed in one line, what nobody measured. */
export function qualityLines(diagnosis: Diagnosis, paint: Paint): string {
  const { quality, notFired, recording } = diagnosis
  const line = (label: string, text: string) => entry(label, text, paint.columns)
  const lines: string[] = []
  const failed = quality.filter((check) => check.ok === false)
  const passed = quality.filter((check) => check.ok === true).length
  for (const check of failed) {
    lines.push(line(paint.red('data quality'), `${check.reason} (${check.id}: ${check.measured})`))
  }
  const unchecked = quality.filter((check) => check.ok === null)
  const rest = unchecked.length === 0 ? '' : `, ${unchecked.length} not checked (${names(unchecked)})`
  if (passed > 0 || rest !== '') lines.push(line('data quality', `${passed} checks passed${rest}`))
  const unmeasured = notFired.filter(({ verdict }) => verdict === 'not-measured')
  if (unmeasured.length > MOST_NAMED)
    lines.push(line('rules that lack measurements', allBut(diagnosis, unmeasured.length)))
  else if (unmeasured.length > 0) lines.push(line('rules that lack measurements', names(unmeasured)))
  for (const { kind, reason } of recording.gaps.filter((gap) => gap.kind.startsWith(SAMPLER_GAP))) {
    lines.push(
      line(kind.slice(SAMPLER_GAP.length), reason.startsWith('not measured') ? reason : `not measured: ${reason}`),
    )
  }
  const cutBytes = recording.gaps.reduce((sum, { kind, count }) => sum + (kind === SERVICE_LOG_GAP ? count : 0), 0)
  if (cutBytes > 0) lines.push(line('service.log', `${formatBytes(cutBytes)} were cut out of its middle`))
  for (const { reason } of recording.gaps.filter(({ kind }) => kind === VERIFICATION_GAP)) {
    lines.push(line('verification', reason))
  }
  for (const { id, reason } of notFired.filter(({ verdict }) => verdict === 'broken')) {
    lines.push(line(paint.red('broken rule'), `${id}: ${reason}`))
  }
  return lines.join('\n')
}

function entry(label: string, text: string, columns: number): string {
  return `  ${wrap(`${label}: ${printable(text)}`, columns - 2, '    ')}`
}

function names(items: readonly { readonly id: string }[]): string {
  return items.map(({ id }) => id).join(', ')
}

function allBut({ findings, notFired }: Diagnosis, unmeasured: number): string {
  const judged = [...findings, ...notFired.filter(({ verdict }) => verdict !== 'not-measured')]
  return judged.length === 0 ? `all ${unmeasured}` : `${unmeasured}, all but ${names(judged)}`
}
