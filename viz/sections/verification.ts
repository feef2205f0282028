import { describeVerification, type Verification, verificationRows } from '../../core/model/verification.js'
import { capital } from '../capital.js'
import { formatMs, formatOptionalMs, formatRange } from '../format.js'
import { type Html, html } from '../html.js'
import { section, table } from '../section.js'
import { percentOf, tickAnchor } from '../ticks.js'

/** What changes were predicted to bring, beside what they brought; nothing where none were made. */
export function verification(verified: Verification | undefined, slaMs: number | null): Html | null {
  if (verified === undefined) return null
  const { changes, assumptions, predicted } = verified
  const foretold = !('withheld' in predicted)
  return section(
    {
      id: 'verification',
      title: foretold ? 'The prediction, checked' : 'The changes, measured',
      howToRead: foretold
        ? 'The prediction rests on the recording before alone. The changes were made to the service, and it was measured again.'
        : 'The changes were made to the service, and it was measured again.',
    },
    html`<p>${describeVerification(verified)}</p>
<ol>${changes.map(({ change, title }) => html`<li>${title} <code>${change}</code></li>`)}</ol>
${bars(verified, slaMs)}
${table(
  ['', 'p50', 'p95', 'p99', '95 % interval of the p95'],
  verificationRows(verified).map(({ name, p50Ms, p95Ms, p99Ms, p95IntervalMs }) => [
    capital(name),
    formatOptionalMs(p50Ms),
    formatOptionalMs(p95Ms),
    formatOptionalMs(p99Ms),
    p95IntervalMs === null ? '' : formatRange(p95IntervalMs),
  ]),
  'Predicted and measured',
)}
${assumptions.length === 0 ? null : html`<p class="muted">The prediction rests on: ${assumptions.join('; ')}.</p>`}`,
  )
}

const ROW_HEIGHT = 34

/** p95 of the three as bars on one scale, with intervals as whiskers and the SLA as a line. */
function bars({ before, predicted, measured }: Verification, slaMs: number | null): Html {
  const rows = [
    { name: 'before', ms: before.p95Ms, interval: null },
    ...('withheld' in predicted ? [] : [{ name: 'predicted', ms: predicted.p95Ms, interval: predicted.p95IntervalMs }]),
    { name: 'measured', ms: measured.p95Ms, interval: measured.p95IntervalMs },
  ].flatMap(({ ms, ...row }) => (ms === null ? [] : [{ ...row, ms }]))
  const whole = Math.max(slaMs ?? 0, ...rows.map(({ ms, interval }) => interval?.[1] ?? ms)) * 1.12
  const position = (ms: number) => percentOf(ms, whole)
  // Labels come last, over the line, with a halo that interrupts it.
  return html`<figure class="gauge neutral"><svg role="img" aria-label="${rows.map(({ name, ms }) => `${name} ${formatMs(ms)}`).join(', ')}" width="100%" height="${rows.length * ROW_HEIGHT + 14}">
${rows.map(({ ms, interval }, at) => {
  const y = at * ROW_HEIGHT + 30
  return html`<rect class="value" y="${y}" width="${position(ms)}" height="12" rx="6"/>
${interval === null ? null : html`<line class="whisker" x1="${position(interval[0])}" x2="${position(interval[1])}" y1="${y + 6}" y2="${y + 6}"/>${interval.map((end) => html`<line class="whisker" x1="${position(end)}" x2="${position(end)}" y1="${y + 1}" y2="${y + 11}"/>`)}`}`
})}
${slaMs === null ? null : html`<line class="sla" x1="${position(slaMs)}" x2="${position(slaMs)}" y1="14" y2="${rows.length * ROW_HEIGHT + 12}"/><text class="sla-label" x="${position(slaMs)}" y="11" text-anchor="${tickAnchor(slaMs / whole)}">SLA ${formatMs(slaMs)}</text>`}
${rows.map(({ name, ms }, at) => html`<text class="axis halo" x="0" y="${at * ROW_HEIGHT + 25}">${name}, p95 ${formatMs(ms)}</text>`)}
</svg></figure>`
}
