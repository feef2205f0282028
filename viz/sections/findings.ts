import type { Diagnosis, Finding, Fix } from '../../core/model/diagnosis.js'
import type { CodePlace, Evidence, FunctionsEvidence, HistogramEvidence } from '../../core/model/evidence.js'
import { formatCount, formatMs, formatPercent, formatRange, formatValue, plural } from '../format.js'
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
${finding.fixes.length === 0 ? null : html`<div class="remedy"><h4>What to do</h4><ul class="fixes">${finding.fixes.map(fixItem)}</ul></div>`}
</div>
<p class="docs">How the cost was estimated: ${finding.costMethod}. Rule <code>${finding.id}</code>, explained in <code>${finding.docs}</code></p>
</li>`
}

function evidence(item: Evidence): Html {
  if (item.kind === 'histogram')
    return html`<div class="wide"><dt>${item.label}</dt><dd>${smallHistogram(item)}</dd></div>`
  if (item.kind === 'functions') return hotFunctions(item)
  return html`<div><dt>${item.label}</dt><dd>${formatValue(item.value, item.unit)}${
    item.limit === undefined
      ? null
      : html`<small>limit ${formatValue(item.limit.value, item.unit)}: ${item.limit.reason}</small>`
  }</dd></div>`
}

function hotFunctions({ label, samples, functions }: FunctionsEvidence): Html {
  return html`<div class="whole"><dt>Functions of ${label}, by ${plural(samples, 'sample')} of the CPU profile</dt><dd><ol class="hot-functions">${functions.map(
    (one) =>
      html`<li><b>${formatPercent(one.share)}</b><span>${codePlace(one)}${
        one.calledFrom === null ? null : html` <small>called from</small> ${codePlace(one.calledFrom)}`
      }</span><svg aria-hidden="true" width="100%" height="4"><rect class="column" width="${percentOf(one.share, 1)}" height="4"/></svg></li>`,
  )}</ol></dd></div>`
}

function codePlace({ name, location }: CodePlace): Html {
  return html`<code>${name === '' ? '(anonymous)' : name}</code>${location === '' ? null : html` <small>${location}</small>`}`
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

function fixItem({ title, change, predictedP95Ms, intervalMs }: Fix): Html {
  return html`<li><span>${title}</span>${change === null ? null : html` <code>${change}</code>`}${
    predictedP95Ms === null
      ? null
      : html`<div class="prediction">predicted p95 <strong>${formatMs(predictedP95Ms)}</strong>${intervalMs === null ? null : ` (${formatRange(intervalMs)})`}</div>`
  }</li>`
}
