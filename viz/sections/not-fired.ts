import type { Diagnosis, NotFired } from '../../core/model/diagnosis.js'
import { type Html, html } from '../html.js'

const VERDICTS: Readonly<Record<NotFired['verdict'], string>> = {
  clear: 'clear',
  'not-enough-data': 'not enough data',
  'not-measured': 'not measured',
  broken: 'rule failed',
}

/** The rules that looked and found nothing, with what they saw: absence of a finding is evidence too. */
export function notFired({ notFired }: Diagnosis): Html | null {
  if (notFired.length === 0) return null
  return html`<details class="not-fired"><summary>${notFired.length} other ${notFired.length === 1 ? 'cause was' : 'causes were'} looked at and not blamed</summary>
<ul class="checks">${notFired.map(
    (rule) =>
      html`<li class="${rule.verdict}"><div><strong>${rule.id}</strong> <span class="tag">${VERDICTS[rule.verdict]}</span><p>${rule.reason}</p></div></li>`,
  )}</ul></details>`
}
