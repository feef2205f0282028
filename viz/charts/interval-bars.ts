import { formatMs, formatRange } from '../format.js'
import { type Html, html, type Renderable } from '../html.js'
import { percentOf, tickAnchor, ticks } from '../ticks.js'

export type IntervalBar = {
  readonly title: string
  readonly detail: Renderable
  readonly p95Ms: number
  readonly intervalMs: readonly [number, number]
}

/** What the bars are measured against; null where it is not known. */
export type Marks = { readonly todayMs: number | null; readonly slaMs: number | null }

const HEIGHT = 36
const MIDDLE = HEIGHT / 2

/** A predicted p95 a row: a bar over its 95 % interval with a mark at the prediction, against the SLA and today's p95. */
export function intervalBars(bars: readonly IntervalBar[], marks: Marks): Html {
  const ends = bars.map(({ intervalMs }) => intervalMs[1])
  const whole = Math.max(...ends, marks.todayMs ?? 0, marks.slaMs ?? 0, 1e-6) * 1.04
  return html`<div class="interval-bars">
${caption(marks, whole)}
<ul>${bars.map((bar) => row(bar, marks, whole))}</ul>
${axis(whole)}
</div>`
}

function row({ title, detail, p95Ms, intervalMs }: IntervalBar, marks: Marks, whole: number): Html {
  const [low, high] = intervalMs
  const verdict = marks.slaMs === null || low > marks.slaMs ? '' : high <= marks.slaMs ? ' meets' : ' may-meet'
  const said = `p95 ${formatMs(p95Ms)}, 95 % interval ${formatRange(intervalMs)}`
  return html`<li class="interval-row"><div class="interval-name"><span>${title}</span>${detail}</div>
<svg class="interval${verdict}" role="img" aria-label="${title}: ${said}" width="100%" height="${HEIGHT}"><title>${said}</title>
${line('today', marks.todayMs, whole, HEIGHT)}${line('sla', marks.slaMs, whole, HEIGHT)}
<rect class="span" x="${percentOf(low, whole)}" width="${percentOf(high - low, whole)}" y="${MIDDLE - 6}" height="12" rx="3"/>
<line class="prediction" x1="${percentOf(p95Ms, whole)}" x2="${percentOf(p95Ms, whole)}" y1="${MIDDLE - 9}" y2="${MIDDLE + 9}"/>
</svg><p class="interval-value"><strong>${formatMs(p95Ms)}</strong><span>${formatRange(intervalMs)}</span></p></li>`
}

function line(kind: 'today' | 'sla', ms: number | null, whole: number, height: number): Html | null {
  if (ms === null) return null
  return html`<line class="${kind}" x1="${percentOf(ms, whole)}" x2="${percentOf(ms, whole)}" y1="0" y2="${height}"/>`
}

/** One label a line of text, so that they stand apart however near their values are. */
function caption({ todayMs, slaMs }: Marks, whole: number): Html {
  const label = (text: string, kind: string, ms: number | null, y: number) =>
    ms === null
      ? null
      : html`<text class="${kind}" x="${percentOf(ms, whole)}" y="${y}" text-anchor="${tickAnchor(ms / whole)}">${text} ${formatMs(ms)}</text>`
  return html`<div class="interval-row" aria-hidden="true"><span></span><svg width="100%" height="30">${label('p95 today', 'axis', todayMs, 11)}${label('SLA', 'sla-label', slaMs, 26)}</svg><span></span></div>`
}

function axis(whole: number): Html {
  return html`<div class="interval-row" aria-hidden="true"><span></span><svg width="100%" height="20">${ticks(
    0,
    whole,
    4,
  ).map((tick) => {
    const x = percentOf(tick, whole)
    return html`<line class="tick" x1="${x}" x2="${x}" y1="0" y2="4"/><text class="axis" x="${x}" y="17" text-anchor="${tickAnchor(tick / whole)}">${tick === 0 ? '0' : formatMs(tick)}</text>`
  })}</svg><span></span></div>`
}
