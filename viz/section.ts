import type { Chart } from '../core/model/charts.js'
import { type Html, html } from './html.js'

export type SectionText = {
  readonly id: string
  readonly title: string
  /** One line that tells a newcomer how to read what follows. */
  readonly howToRead: string
}

/** A titled part of the report; `id` is its anchor. */
export function section(text: SectionText, content: Html): Html {
  return html`<section id="${text.id}" aria-labelledby="${text.id}-title">
<h2 id="${text.id}-title">${text.title}</h2>
<p class="how">${text.howToRead}</p>
${content}
</section>`
}

/** A section around a chart; one that is not available says why in its place. */
export function chartSection<T>(text: SectionText, chart: Chart<T>, draw: (chart: T) => Html): Html {
  return section(text, chart.available ? draw(chart.chart) : unavailable(chart.reason))
}

export function unavailable(reason: string): Html {
  return html`<p class="unavailable">Not available: ${reason}</p>`
}

/** The numbers behind a chart, for screen readers and for whoever wants to copy them. */
export function dataTable(
  summary: string,
  columns: readonly string[],
  rows: readonly (readonly (string | Html)[])[],
): Html {
  return html`<details class="numbers"><summary>${summary}</summary>${table(columns, rows, summary)}</details>`
}

/** A table that scrolls inside its own box. The first column names the row; the others hold numbers. */
export function table(columns: readonly string[], rows: readonly (readonly (string | Html)[])[], label: string): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([first, ...rest]) => html`<tr><th scope="row">${first}</th>${rest.map((cell) => html`<td>${cell}</td>`)}</tr>
`,
  )}</tbody></table></div>`
}
