import type { Diagnosis, QualityCheck } from '../../core/model/diagnosis.js'
import { formatCount } from '../format.js'
import { type Html, html } from '../html.js'
import { section } from '../section.js'
import { statusMark } from './status-mark.js'

/** Whether the measurement can be trusted, and what was dropped on the way. */
export function quality({ quality, recording }: Diagnosis): Html {
  return section(
    {
      id: 'quality',
      title: 'Can these numbers be trusted?',
      howToRead:
        'Each check compares two independent ways to know the same thing. A failed one withholds the conclusions that rest on it.',
    },
    html`<ul class="checks">${quality.map(item)}</ul>
<h3>Dropped or not captured</h3>
${
  recording.gaps.length === 0
    ? html`<p>Nothing was dropped.</p>`
    : html`<ul class="checks">${recording.gaps.map(
        (gap) =>
          html`<li>${statusMark('unknown')}<div><strong>${gap.kind}</strong> ${formatCount(gap.count)}<p>${gap.reason}</p></div></li>`,
      )}</ul>`
}`,
  )
}

function item(check: QualityCheck): Html {
  return html`<li>${statusMark(check.ok === null ? 'unknown' : check.ok ? 'pass' : 'fail')}<div><strong>${check.id.replaceAll('-', ' ')}</strong> <span class="muted">${check.measured}, expected ${check.expected}</span><p>${check.reason}</p></div></li>`
}
