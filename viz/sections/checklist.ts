import type { Diagnosis } from '../../core/model/diagnosis.js'
import { type Html, html } from '../html.js'
import { section } from '../section.js'
import { statusMark } from './status-mark.js'

/** What a careful engineer would have looked at before calling it done. */
export function checklist({ checklist }: Diagnosis): Html | null {
  if (checklist.length === 0) return null
  return section(
    {
      id: 'checklist',
      title: 'Checklist: before you ship',
      howToRead:
        'What a careful engineer makes sure of, judged from this recording alone. Unknown: the recording cannot tell.',
    },
    html`<ul class="checks">${checklist.map(
      (item) =>
        html`<li>${statusMark(item.status)}<div><strong>${item.title}</strong><p>${item.evidence}</p></div></li>`,
    )}</ul>`,
  )
}
