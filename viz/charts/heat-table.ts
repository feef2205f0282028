import type { Surface } from '../../core/model/surface.js'
import { formatMs } from '../format.js'
import { type Html, html } from '../html.js'

/** Text stays readable on the darkest cell. */
const DARKEST_PERCENT = 55

/** p95 by batch size and wait: the darker the longer, on a logarithmic scale. */
export function heatTable({ maxBatches, maxWaitsMs, p95Ms, current }: Surface, slaMs: number | null): Html {
  const stable = p95Ms.flat().filter((ms) => ms !== null)
  const [lowest, highest] = [Math.min(...stable), Math.max(...stable)]
  const depth = (ms: number) => (highest > lowest ? Math.log(ms / lowest) / Math.log(highest / lowest) : 0)
  const cell = (ms: number | null, isCurrent: boolean) => {
    if (ms === null) return html`<td class="${isCurrent ? 'unstable current' : 'unstable'}">unstable</td>`
    const meets = slaMs !== null && ms <= slaMs
    return html`<td class="${isCurrent ? 'current' : ''}" style="--heat:${Math.round(DARKEST_PERCENT * depth(ms))}%">${formatMs(ms)}${meets ? html` <span aria-label="meets the SLA">✓</span>` : null}</td>`
  }
  return html`<div class="scroll" tabindex="0" role="region" aria-label="p95 by batch size and wait"><table class="heat">
<thead><tr><th scope="col">largest batch</th>${maxWaitsMs.map((ms) => html`<th scope="col">wait ${formatMs(ms)}</th>`)}</tr></thead>
<tbody>${maxBatches.map(
    (size, i) =>
      html`<tr><th scope="row">${size}</th>${maxWaitsMs.map((ms, j) =>
        cell(p95Ms[i]?.[j] ?? null, size === current.maxBatch && ms === current.maxWaitMs),
      )}</tr>`,
  )}</tbody></table></div>`
}
