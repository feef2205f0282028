import type { FlameGraph, FlameNode } from '../../core/model/charts.js'
import { formatMs, formatPercent, plural } from '../format.js'
import { type Html, html } from '../html.js'
import { table } from '../section.js'
import { swatch } from '../stage-mark.js'

const TOP_FUNCTIONS = 25
const LEGEND_STAGES = 16

type FunctionTime = { readonly node: FlameNode; selfMs: number; totalMs: number }

/** The place of the interactive flame graph, and the functions that cost most as a table. */
export function flameGraphChart(chart: FlameGraph): Html {
  const { root, sampledMs, windows, intervalUs, prunedMs, excluded, agentMs } = chart
  const top = topFunctions(root)
  const whole = Math.max(root.totalMs, 1e-9)
  return html`<div id="flame-graph" class="flame-graph"><noscript><p class="unavailable">The interactive graph needs JavaScript; the table below holds its costliest functions.</p></noscript></div>
${legend(chart.root)}
<p class="how">${formatMs(root.totalMs)} on CPU within ${formatMs(sampledMs)} sampled in ${plural(windows, 'window')}, one sample every ${formatMs(intervalUs / 1000)}.${
    prunedMs > 0 ? ` ${formatMs(prunedMs)} in boxes too small to draw is counted in their callers.` : ''
  }${excluded.length === 0 ? null : ` Not drawn: ${excluded.map(({ name, ms }) => `${formatMs(ms)} ${name}`).join(', ')}.`}${
    agentMs > 0
      ? ` The functions of infer-diag are left out of the stacks; what they took themselves, ${formatMs(agentMs)} (${formatPercent(agentMs / whole)}), is the box “infer-diag agent”.`
      : null
  }</p>
<details class="numbers"><summary>Costliest functions as a table</summary>${table(
    ['Function', 'Self', 'Share', 'Total', 'Stage'],
    top.map(({ node, selfMs, totalMs }) => [
      html`<span class="function"><code>${node.name}</code><small>${node.location}</small></span>`,
      formatMs(selfMs),
      formatPercent(selfMs / whole),
      formatMs(totalMs),
      html`${swatch(node.stage)} ${node.stage ?? 'outside every stage'}`,
    ]),
    'Costliest functions by self time',
  )}</details>`
}

/** The stages that occur, by their time. */
function legend(root: FlameNode): Html {
  const selfMs = new Map<string | null, number>()
  const visit = (node: FlameNode): void => {
    selfMs.set(node.stage, (selfMs.get(node.stage) ?? 0) + node.selfMs)
    node.children.forEach(visit)
  }
  visit(root)
  const stages = [...selfMs].filter(([, ms]) => ms > 0).sort((a, b) => b[1] - a[1])
  return html`<ul class="legend" aria-label="Stages by CPU time">${stages
    .slice(0, LEGEND_STAGES)
    .map(
      ([stage, ms]) =>
        html`<li>${swatch(stage)}<span>${stage ?? 'outside every stage'}</span><b>${formatMs(ms)}</b></li>`,
    )}</ul>`
}

/** Functions by self time over all call paths. Total counts a recursive function once: at its outermost frame. */
function topFunctions(root: FlameNode): FunctionTime[] {
  const times = new Map<string, FunctionTime>()
  const visit = (node: FlameNode, above: ReadonlySet<string>): void => {
    const key = `${node.name}\n${node.location}`
    const time = times.get(key) ?? { node, selfMs: 0, totalMs: 0 }
    times.set(key, time)
    time.selfMs += node.selfMs
    if (!above.has(key)) time.totalMs += node.totalMs
    const inside = above.has(key) ? above : new Set(above).add(key)
    for (const child of node.children) visit(child, inside)
  }
  for (const child of root.children) visit(child, new Set())
  return [...times.values()]
    .filter((time) => time.selfMs > 0)
    .sort((a, b) => b.selfMs - a.selfMs)
    .slice(0, TOP_FUNCTIONS)
}
