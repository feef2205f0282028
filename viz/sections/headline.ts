import { type Diagnosis, streams } from '../../core/model/diagnosis.js'
import { formatPercentile } from '../../core/model/quantity.js'
import { slaTargets } from '../../core/model/sla-targets.js'
import { formatCount, formatMs, formatOptionalMs, formatPercent, formatRange, formatValue } from '../format.js'
import { type Html, html } from '../html.js'
import { percentOf } from '../ticks.js'

type Verdict = { readonly kind: 'pass' | 'fail' | 'unknown'; readonly text: string }

/** The answer: verdict, one sentence, and the p95 against its target. */
export function headline(diagnosis: Diagnosis): Html {
  const verdict = judge(diagnosis)
  const { service, load, observed } = diagnosis.environment
  return html`<header class="hero">
<p class="eyebrow">${service ?? 'Inference service'}<span>${diagnosis.recording.startedAt.slice(0, 16).replace('T', ' ')} UTC</span>${
    load === null
      ? observed === 'node'
        ? html`<span>requests of others</span>`
        : null
      : html`<span>${load.method} at ${formatValue(load.rate, 'rps')}, ${load.arrivals} arrivals</span>`
  }</p>
<p class="verdict ${verdict.kind}"><span class="mark" aria-hidden="true"></span>${verdict.text}</p>
<h1>${diagnosis.headline}</h1>
${gauge(diagnosis)}
${keyFigures(diagnosis)}
</header>`
}

function judge({ sla, slaMet, targets, quality }: Diagnosis): Verdict {
  if (sla === null) return { kind: 'unknown', text: 'No SLA was set' }
  const target = [
    ...slaTargets(sla).map(({ name, limitMs }) => `${name} under ${formatMs(limitMs)}`),
    ...(sla.errorRate === null ? [] : [`errors under ${formatPercent(sla.errorRate)}`]),
  ].join(', ')
  if (slaMet === true) return { kind: 'pass', text: `Meets its SLA: ${target}` }
  if (slaMet === false) return { kind: 'fail', text: `Misses its SLA: ${target}` }
  const unjudged = targets.find(({ met }) => met === null)
  const doubt =
    unjudged === undefined ? quality.find(({ ok }) => ok === false)?.reason : `${unjudged.name}, ${unjudged.reason}`
  return { kind: 'unknown', text: `No verdict on the SLA (${target})${doubt === undefined ? '' : `: ${doubt}`}` }
}

/** p95 as a bar with its interval, against the SLA as a line. */
function gauge({ endToEnd, sla }: Diagnosis): Html | null {
  const p95 = endToEnd.p95Ms
  if (p95 === null)
    return html`<p class="unavailable">Not available: ${plainCount(endToEnd.requests)} are too few for a p95.</p>`
  const limit = sla?.p95Ms ?? null
  const interval = endToEnd.p95IntervalMs
  const whole = Math.max(p95, limit ?? 0, interval?.[1] ?? 0) * 1.12
  const state = limit === null ? 'neutral' : p95 <= limit ? 'pass' : 'fail'
  const range = interval === null ? '' : `, 95 % interval ${formatRange(interval)}`
  const label = `p95 ${formatMs(p95)}${range}${limit === null ? '' : `, SLA ${formatMs(limit)}`}`
  return html`<figure class="gauge ${state}">
<figcaption><strong>p95 ${formatMs(p95)}</strong>${
    interval === null ? null : html` <span>${formatRange(interval)} with 95 % confidence</span>`
  }</figcaption>
<svg role="img" aria-label="${label}" width="100%" height="52">
<rect class="track" y="20" width="100%" height="14" rx="7"/>
<rect class="value" y="20" width="${percentOf(p95, whole)}" height="14" rx="7"/>
${
  interval === null
    ? null
    : html`<line class="whisker" x1="${percentOf(interval[0], whole)}" x2="${percentOf(interval[1], whole)}" y1="27" y2="27"/>
<line class="whisker" x1="${percentOf(interval[0], whole)}" x2="${percentOf(interval[0], whole)}" y1="22" y2="32"/>
<line class="whisker" x1="${percentOf(interval[1], whole)}" x2="${percentOf(interval[1], whole)}" y1="22" y2="32"/>`
}
${
  limit === null
    ? null
    : html`<line class="sla" x1="${percentOf(limit, whole)}" x2="${percentOf(limit, whole)}" y1="15" y2="39"/>
<text class="sla-label" x="${percentOf(limit, whole)}" y="11" text-anchor="${limit / whole > 0.8 ? 'end' : limit / whole < 0.2 ? 'start' : 'middle'}">SLA ${formatMs(limit)}</text>`
}
<text class="axis" x="0" y="50">0</text>
</svg></figure>`
}

function keyFigures(diagnosis: Diagnosis): Html {
  const { endToEnd, resources } = diagnosis
  const simulated = resources.deviceSimulated ? ' (simulated)' : ''
  const figures: (readonly [label: string, value: string | null])[] = [
    ['p50', endToEnd.p50Ms === null ? null : formatMs(endToEnd.p50Ms)],
    ['p99', endToEnd.p99Ms === null ? null : formatMs(endToEnd.p99Ms)],
    ...firstByteFigures(diagnosis),
    ['Stream after it, p95', streams(endToEnd) ? formatOptionalMs(endToEnd.streamP95Ms) : null],
    ['Throughput', endToEnd.throughputRps === null ? null : formatValue(endToEnd.throughputRps, 'rps')],
    ['Errors', endToEnd.errorRate === null ? null : formatPercent(endToEnd.errorRate)],
    ['Event loop busy', resources.eventLoopUtilization === null ? null : formatPercent(resources.eventLoopUtilization)],
    [
      `Device busy${simulated}`,
      resources.deviceBusyFraction === null ? null : formatPercent(resources.deviceBusyFraction),
    ],
    [
      'Mean batch',
      resources.meanBatch === null
        ? null
        : `${formatCount(resources.meanBatch)}${resources.maxBatch === null ? '' : ` of ${formatCount(resources.maxBatch)}`}`,
    ],
    ['Requests', formatCount(endToEnd.requests)],
  ]
  return html`<dl class="figures">${figures.map(([label, value]) =>
    value === null ? null : html`<div><dt>${label}</dt><dd>${value}</dd></div>`,
  )}</dl>`
}

/** Against its targets; without one on the p95, where answers come in parts. */
function firstByteFigures({ endToEnd, targets }: Diagnosis): [label: string, value: string][] {
  const judged = targets.filter(({ until }) => until === 'first-byte')
  const plain = streams(endToEnd) && !judged.some(({ percentile }) => percentile === 0.95)
  return [
    ...judged.map(({ percentile, measuredMs, limitMs }): [string, string] => [
      `First byte, ${formatPercentile(percentile)}`,
      `${formatOptionalMs(measuredMs)}, target ${formatMs(limitMs)}`,
    ]),
    ...(plain ? [['First byte, p95', formatOptionalMs(endToEnd.firstByteP95Ms)] as [string, string]] : []),
  ]
}

function plainCount(requests: number): string {
  return requests === 1 ? '1 request' : `${formatCount(requests)} requests`
}
