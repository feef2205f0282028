import type { Diagnosis } from '../../core/model/diagnosis.js'
import { formatCount, plural } from '../../core/model/quantity.js'
import { ttftTargets } from '../../core/model/sla-targets.js'
import { bullets, plain, section } from './markdown.js'

/** How this would have been caught, from what the recording lacks. */
export function prevention(diagnosis: Diagnosis): string {
  const { sla, environment, checklist } = diagnosis
  const rate = environment.load?.rate ?? null
  const targets = [
    `p95=${sla?.p95Ms ?? '<limit>'}ms`,
    ...ttftTargets(sla).map(({ name, limitMs }) => `${name}=${limitMs}ms`),
  ]
  const items = [
    `Gate releases on the target: \`infer-diag record${rate === null ? '' : ` --rate ${rate}`} --sla ${targets.join(',')} --check ...\` exits 9 when it is missed.`,
    'Gate them on regressions: `infer-diag compare <last release> <candidate> --check` exits 9 when the candidate is slower.',
  ]
  if (rate !== null)
    items.push(
      `Test above the expected peak: this run was at ${formatCount(rate)} requests/s; run ${formatCount(rate * 1.2)}.`,
    )
  const open = checklist.filter(({ status }) => status === 'unknown')
  for (const { title, evidence } of open) items.push(`Find out: ${plain(title)} (${plain(evidence)}).`)
  return section('Prevention', bullets(items))
}

/** How far the document can be trusted. */
export function dataQuality({ quality, recording }: Diagnosis): string {
  const failed = quality.filter(({ ok }) => ok === false)
  const unchecked = quality.filter(({ ok }) => ok === null)
  const passed = quality.length - failed.length - unchecked.length
  const items = [
    ...failed.map(
      ({ id, measured, expected, reason }) =>
        `**${id} failed**: ${plain(measured)}, expected ${plain(expected)}. ${plain(reason)}`,
    ),
    ...unchecked.map(({ id, reason }) => `${id} could not be checked: ${plain(reason)}`),
    ...recording.gaps.map(({ kind, reason }) => `not recorded, ${plain(kind)}: ${plain(reason)}`),
  ]
  return section(
    'Data quality',
    `${plural(passed, 'check')} passed, ${failed.length} failed.`,
    items.length === 0 ? null : bullets(items),
  )
}
