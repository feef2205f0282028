import type { FlameDifference, FlameDifferenceNode } from '../../core/model/charts.js'
import { CHANGE_STEPS, changeInWords } from '../change-style.js'
import { formatMs } from '../format.js'
import { type Html, html } from '../html.js'
import { table } from '../section.js'

const TOP_FUNCTIONS = 25

const STEP_NAMES: Readonly<Record<(typeof CHANGE_STEPS)[number], string>> = {
  'less-3': 'less than half, or gone',
  'less-2': 'less',
  'less-1': 'a little less',
  none: 'no more than chance',
  'more-1': 'a little more',
  'more-2': 'more',
  'more-3': 'more than twice, or new',
}

type FunctionChange = { readonly name: string; readonly location: string; beforeMs: number; afterMs: number }

/** The place of the differential flame graph, its colours, and the functions that changed most as a table. */
export function flameDifferenceChart({ root }: FlameDifference): Html {
  return html`<div id="flame-graph" class="flame-graph"><noscript><p class="unavailable">The interactive graph needs JavaScript; the table below holds the functions that changed most.</p></noscript></div>
<ul class="legend" aria-label="Colours by change">${CHANGE_STEPS.map(
    (step) =>
      html`<li><svg class="swatch" width="12" height="12" aria-hidden="true"><rect class="change-${step}" width="12" height="12" rx="2"/></svg><span>${STEP_NAMES[step]}</span></li>`,
  )}</ul>
<p class="how">${formatMs(root.beforeMs)} of CPU a second before, ${formatMs(root.afterMs)} after: ${changeInWords(root)}.</p>
<details class="numbers"><summary>Functions that changed most as a table</summary>${table(
    ['Function', 'Itself before', 'Itself after', 'Difference'],
    mostChanged(root).map(({ name, location, beforeMs, afterMs }) => [
      html`<span class="function"><code>${name}</code><small>${location}</small></span>`,
      formatMs(beforeMs),
      formatMs(afterMs),
      `${afterMs < beforeMs ? '\u2212' : '+'}${formatMs(Math.abs(afterMs - beforeMs))}`,
    ]),
    'CPU time a second in each function itself',
  )}</details>`
}

/** Functions by the change of their self time over all call paths. */
function mostChanged(root: FlameDifferenceNode): FunctionChange[] {
  const changes = new Map<string, FunctionChange>()
  const visit = (node: FlameDifferenceNode): void => {
    const { name, location } = node
    const key = `${name}\n${location}`
    const change = changes.get(key) ?? { name, location, beforeMs: 0, afterMs: 0 }
    changes.set(key, change)
    change.beforeMs += node.selfBeforeMs
    change.afterMs += node.selfAfterMs
    node.children.forEach(visit)
  }
  visit(root)
  const size = ({ beforeMs, afterMs }: FunctionChange) => Math.abs(afterMs - beforeMs)
  return [...changes.values()].sort((a, b) => size(b) - size(a)).slice(0, TOP_FUNCTIONS)
}
