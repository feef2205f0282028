import type { Diagnosis, Finding, Fix } from '../../core/model/diagnosis.js'
import type { Evidence, HistogramEvidence } from '../../core/model/evidence.js'
import { formatCount, formatMs, formatPercent, formatRange, formatValue } from '../format.js'
import { type Html, html } from '../html.js'
import { swatch } from '../stage-mark.js'
import { percentOf } from '../ticks.js'

/** One card a finding, costliest first. */
export function findings(diagnosis: Diagnosis): Html {
  if (diagnosis.findings.length === 0) {
    const judged = diagnosis.notFired.some(({ verdict }) => verdict === 'clear')
    return judged
      ? html`<p class="calm">Nothing fired: no rule found a fault that reaches the tail of this service.</p>`
      : html`<p>Nothing could be judged: ${diagnosis.notFired[0]?.reason ?? 'no rule ran'}.</p>`
  }
  return html`<ol class="findings">${diagnosis.findings.map((finding) => card(finding, diagnosis))}</ol>`
}

function card(finding: Finding, diagnosis: Diagnosis): Html {
  const { p95, interval } = finding.costMs
  const whole = diagnosis.endToEnd.p95Ms
  const culprit = diagnosis.culprit === finding.id
  return html`<li class="finding${culprit ? ' culprit' : ''}" id="finding-${finding.id}">
<div class="finding-head">
<h3>${finding.title}</h3>
<p class="tags">${culprit ? html`<span class="tag strong">culprit</span>` : null}<span class="tag">${finding.confidence} confidence</span>${
    finding.stage === null ? null : html`<span class="tag">${swatch(finding.stage)} ${finding.stage}</span>`
  }</p>
</div>
<p class="cost"><strong>${formatMs(p95)}</strong> of the p95${whole === null || whole <= 0 ? null : ` (${formatPercent(p95 / whole)})`}${
    interval === null ? null : html`<span>${formatRange(interval)}</span>`
  }</p>
<div class="finding-body">
<div><p class="summary">${finding.summary}</p>
<dl class="evidence">${finding.evidence.map(evidence)}</dl></div>
${finding.fixes.length === 0 ? null : html`<div class="remedy"><h4>What to do</h4><ul class="fixes">${finding.fixes.map((fix) => fixItem(fix, diagnosis))}</ul></div>`}
</div>
<p class="docs">Estimated by ${finding.costMethod}. Rule <code>${finding.id}</code>, explained in <code>${finding.docs}</code></p>
</li>`
}

function evidence(item: Evidence): Html {
  if (item.kind === 'histogram')
    return html`<div class="wide"><dt>${item.label}</dt><dd>${smallHistogram(item)}</dd></div>`
  return html`<div><dt>${item.label}</dt><dd>${formatValue(item.value, item.unit)}${
    item.limit === undefined
      ? null
      : html`<small>limit ${formatValue(item.limit.value, item.unit)}: ${item.limit.reason}</small>`
  }</dd></div>`
}

function smallHistogram({ bins, unit, label }: HistogramEvidence): Html | null {
  if (bins.length === 0) return html`no values`
  const most = Math.max(1, ...bins.map((bin) => bin.count))
  const from = formatValue(bins[0].from, unit)
  const to = formatValue(bins[bins.length - 1].to, unit)
  return html`<svg class="small-histogram" role="img" aria-label="${label}, ${from} to ${to}" width="100%" height="56">${bins.map(
    (bin, i) => {
      const height = (bin.count / most) * 40
      return html`<rect class="column" x="${percentOf(i, bins.length)}" width="${percentOf(0.9, bins.length)}" y="${Math.round((40 - height) * 10) / 10}" height="${Math.round(height * 10) / 10}"><title>${formatValue(bin.from, unit)} to ${formatValue(bin.to, unit)}: ${formatCount(bin.count)}</title></rect>`
    },
  )}<text class="axis" x="0" y="54">${from}</text><text class="axis" x="100%" y="54" text-anchor="end">${to}</text></svg>`
}

function fixItem(fix: Fix, { endToEnd, sla }: Diagnosis): Html {
  return html`<li><span>${fix.title}</span>${fix.change === null ? null : html` <code>${fix.change}</code>`}${
    fix.predictedP95Ms === null
      ? null
      : prediction(fix.predictedP95Ms, fix.intervalMs, endToEnd.p95Ms, sla?.p95Ms ?? null)
  }</li>`
}

/** Predicted p95 as a bar with its interval, against the measured p95 and the SLA. */
function prediction(
  predictedMs: number,
  interval: readonly [number, number] | null,
  measuredMs: number | null,
  slaMs: number | null,
): Html {
  const whole = Math.max(predictedMs, interval?.[1] ?? 0, measuredMs ?? 0, slaMs ?? 0) * 1.02
  const range = interval === null ? '' : ` (${formatRange(interval)})`
  return html`<div class="prediction"><span>predicted p95 <strong>${formatMs(predictedMs)}</strong>${range}</span>
<svg aria-hidden="true" width="100%" height="18">
${measuredMs === null ? null : html`<rect class="track" y="4" width="${percentOf(measuredMs, whole)}" height="10" rx="2"/>`}
<rect class="value" y="4" width="${percentOf(predictedMs, whole)}" height="10" rx="2"/>
${interval === null ? null : html`<line class="whisker" x1="${percentOf(interval[0], whole)}" x2="${percentOf(interval[1], whole)}" y1="9" y2="9"/>`}
${slaMs === null ? null : html`<line class="sla" x1="${percentOf(slaMs, whole)}" x2="${percentOf(slaMs, whole)}" y1="0" y2="18"/>`}
</svg></div>`
}
