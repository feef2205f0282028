import type { BatchingComparison, BatchingConfiguration } from '../core/model/batching-comparison.js'
import type { Assets } from './assets.js'
import { documentShell } from './document-shell.js'
import { formatMs, formatOptionalMs } from './format.js'
import { type Html, html } from './html.js'
import { section, table } from './section.js'
import { percentOf, ticks } from './ticks.js'

export type BatchingInput = {
  readonly comparison: BatchingComparison
  readonly tool: { readonly name: string; readonly version: string }
}

const LABEL_HEIGHT = 14
const HEIGHT = 260
const COLOURS = ['var(--fail)', 'var(--pass)'] as const

/** p95 over the arrival rate with and without batching: what was measured as lines, what was simulated as rings. */
export function renderBatchingPage({ comparison, tool }: BatchingInput, assets: Assets): Html {
  const { configurations, device, lesson } = comparison
  return documentShell(
    {
      title: 'Batching against no batching',
      tool,
      source: 'infer-diag demo batching',
      payload: { flameGraph: null, flameDifference: null, timeline: null },
      content: html`<header class="hero"><p class="eyebrow">Reference service, simulated accelerator of ${formatMs(device.overheadMs)} + ${formatMs(device.perItemMs)} per item</p>
<h1>${lesson}</h1></header>
${section(
  {
    id: 'p95',
    title: 'p95 by arrival rate',
    howToRead: 'Lines and dots were measured, rings are the simulation of the same arrivals. The axis is logarithmic.',
  },
  curves(configurations),
)}
${section(
  { id: 'levels', title: 'In numbers', howToRead: 'Each row is a run of its own, with the same arrivals for both.' },
  table(
    ['Requests/s', ...configurations.flatMap(({ name }) => [`${name}, p95 measured`, 'simulated', 'failed'])],
    (configurations[0]?.levels ?? []).map(({ rateRps }, at) => [
      String(rateRps),
      ...configurations.flatMap(({ levels }) => {
        const level = levels[at]
        return level === undefined
          ? ['', '', '']
          : [formatOptionalMs(level.measuredP95Ms), formatMs(level.simulatedP95Ms), String(level.failed)]
      }),
    ]),
    'Levels',
  ),
)}`,
    },
    assets,
  )
}

function curves(configurations: readonly BatchingConfiguration[]): Html {
  const levels = configurations.flatMap((configuration) => configuration.levels)
  const values = levels.flatMap(({ measuredP95Ms, simulatedP95Ms }) =>
    measuredP95Ms === null ? [simulatedP95Ms] : [measuredP95Ms, simulatedP95Ms],
  )
  const [low, high] = [Math.log10(Math.min(...values) / 1.5), Math.log10(Math.max(...values) * 1.5)]
  const widest = Math.max(...levels.map(({ rateRps }) => rateRps)) * 1.05
  const x = (rate: number) => percentOf(rate, widest)
  const y = (ms: number) => Math.round((1 - (Math.log10(ms) - low) / (high - low)) * HEIGHT * 10) / 10
  const decades = [1, 10, 100, 1000].flatMap((decade) => [1, 2, 5].map((times) => times * decade))
  const marks = decades.filter((ms) => Math.log10(ms) > low && y(ms) > LABEL_HEIGHT)
  return html`<figure><svg role="img" aria-label="p95 by arrival rate, with and without batching" width="100%" height="${HEIGHT + 22}">
${marks.map((ms) => html`<line class="grid" x1="0" x2="100%" y1="${y(ms)}" y2="${y(ms)}"/><text class="axis" x="0" y="${y(ms) - 3}">${formatMs(ms)}</text>`)}
${ticks(0, widest, 5).map((rate) => html`<text class="axis" x="${x(rate)}" y="${HEIGHT + 15}" text-anchor="middle">${rate === 0 ? '' : `${rate}/s`}</text>`)}
<line class="baseline" x1="0" x2="100%" y1="${HEIGHT}" y2="${HEIGHT}"/>
${configurations.map((configuration, at) => curve(configuration, COLOURS[at % COLOURS.length]!, x, y))}
</svg><figcaption>${configurations.map(({ name }, at) => html`<span style="color:${COLOURS[at % COLOURS.length]!}">●</span> ${name} `)}</figcaption></figure>`
}

function curve(
  { name, levels }: BatchingConfiguration,
  colour: string,
  x: (rate: number) => string,
  y: (ms: number) => number,
): Html {
  const measured = levels.flatMap((level) =>
    level.measuredP95Ms === null ? [] : [{ ...level, ms: level.measuredP95Ms }],
  )
  return html`${measured.slice(1).map((to, i) => {
    const from = measured[i]!
    return html`<line x1="${x(from.rateRps)}" x2="${x(to.rateRps)}" y1="${y(from.ms)}" y2="${y(to.ms)}" stroke="${colour}" stroke-width="2"/>`
  })}
${measured.map(({ rateRps, ms }) => html`<circle cx="${x(rateRps)}" cy="${y(ms)}" r="4" fill="${colour}"><title>${name}, ${rateRps}/s: ${formatMs(ms)} measured</title></circle>`)}
${levels.map(({ rateRps, simulatedP95Ms }) => html`<circle cx="${x(rateRps)}" cy="${y(simulatedP95Ms)}" r="7" fill="none" stroke="${colour}" stroke-width="1.5"><title>${name}, ${rateRps}/s: ${formatMs(simulatedP95Ms)} simulated</title></circle>`)}`
}
