import type { Diagnosis, StageSummary } from '../../core/model/diagnosis.js'
import { formatCount, formatMs, formatOptionalMs, formatPercent } from '../format.js'
import { type Html, html } from '../html.js'
import { table } from '../section.js'
import { swatch } from '../stage-mark.js'
import { stageMeaning } from '../stage-style.js'
import { percentOf } from '../ticks.js'

/** Rows that a person can still read; the JSON diagnosis holds them all. */
const MAX_ROWS = 60

/** Every stage with its own percentiles, which never add up, and its share of the tail, which does. */
export function stageTable({ stages, endToEnd }: Diagnosis): Html | null {
  if (stages.length === 0) return null
  const tail = endToEnd.p95Ms !== null
  const kept = stages.length <= MAX_ROWS ? stages : mostOfTail(stages)
  return html`<section id="stage-table" class="continued" aria-labelledby="stage-table-title">
<h3 id="stage-table-title">Stage by stage</h3>
<p class="how">A stage's own p95 is its slowest 5 %, which may be other requests than the slowest 5 % overall: the columns do not add up.${tail ? ' The share of the tail does.' : ''}</p>
${table(
  ['Stage', ...(tail ? ['Share of tail'] : []), 'Mean', 'p50', 'p90', 'p95', 'p99', 'CPU', 'Requests'],
  kept.map((stage) => row(stage, tail)),
  'Stage times',
)}
${kept.length === stages.length ? null : html`<p class="how">${formatCount(stages.length - kept.length)} more stages, each with less of the tail, are in the JSON diagnosis.</p>`}
</section>`
}

function mostOfTail(stages: readonly StageSummary[]): readonly StageSummary[] {
  const ranked = [...stages].sort((a, b) => (b.tailShare ?? 0) - (a.tailShare ?? 0)).slice(0, MAX_ROWS)
  const kept = new Set(ranked.map((stage) => stage.id))
  return stages.filter((stage) => kept.has(stage.id))
}

function row(stage: StageSummary, tail: boolean): (string | Html)[] {
  const meaning = stageMeaning(stage.id)
  return [
    html`<span class="stage-name">${swatch(stage.id)}<span>${stage.id}${meaning === null ? null : html`<small>${meaning}</small>`}</span></span>`,
    ...(tail ? [stage.tailShare === null ? '' : shareBar(stage.tailShare)] : []),
    formatOptionalMs(stage.meanMs),
    formatOptionalMs(stage.p50Ms),
    formatOptionalMs(stage.p90Ms),
    formatOptionalMs(stage.p95Ms),
    formatOptionalMs(stage.p99Ms),
    stage.cpuMs === null ? html`<span class="muted" title="not measured">–</span>` : formatMs(stage.cpuMs),
    formatCount(stage.requests),
  ]
}

function shareBar(share: number): Html {
  return html`<span class="share"><svg width="64" height="8" aria-hidden="true"><rect class="track" width="100%" height="8" rx="2"/><rect class="value" width="${percentOf(Math.max(0, share), 1)}" height="8" rx="2"/></svg>${formatPercent(share)}</span>`
}
