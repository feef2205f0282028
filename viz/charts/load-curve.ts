import { type LevelReport, type LoadReport, measuredMsOf } from '../../core/model/load-report.js'
import { safeRangeText } from '../../core/model/load-sentences.js'
import { type SlaTarget, ttftTargets } from '../../core/model/sla-targets.js'
import { formatCount, formatMs, formatPercent } from '../format.js'
import { type Html, html } from '../html.js'
import { percentOf, tickAnchor, ticks } from '../ticks.js'

const HEIGHT = 260
const TOP = 30
/** Latencies beyond this multiple of the SLA (or of the median p95) are drawn at the upper edge. */
const RANGE_OF_SLA = 2

type Curve = { readonly kind: string; readonly label: string; readonly msOf: (level: LevelReport) => number | null }

const PERCENTILES: readonly Curve[] = [
  { kind: 'p99', label: 'p99', msOf: ({ p99Ms }) => p99Ms },
  { kind: 'p95', label: 'p95', msOf: ({ p95Ms }) => p95Ms },
  { kind: 'p50', label: 'p50', msOf: ({ p50Ms }) => p50Ms },
]

type Point = { readonly level: LevelReport; readonly x: number }

/** Percentiles against the rate, with the SLA, the knee, the safe range and the expected peak; by part where order matters. */
export function loadCurve(report: LoadReport): Html {
  const byRate = report.mode === 'ramp' || report.mode === 'steps'
  const points = byRate
    ? [...report.levels].sort((a, b) => a.rate - b.rate).map((level) => ({ level, x: level.rate }))
    : report.levels.map((level, i) => ({ level, x: i + 0.5 }))
  const slaMs = report.sla?.p95Ms ?? null
  const firstBytes = ttftTargets(report.sla)
  const curves = [...PERCENTILES, ...firstBytes.map(firstByteCurve)]
  const wholeX = byRate ? Math.max(...points.map(({ x }) => x), report.peakRps ?? 0) * 1.04 : points.length
  const limitsMs = firstBytes.map(({ limitMs }) => limitMs)
  const wholeMs = highest(points, slaMs, limitsMs) * 1.06
  const px = (x: number) => percentOf(x, wholeX)
  const py = (ms: number) => Math.round((TOP + HEIGHT - (Math.min(ms, wholeMs) / wholeMs) * HEIGHT) * 10) / 10
  const base = TOP + HEIGHT
  return html`<svg class="load-curve" role="img" aria-label="${describe(points)}" width="100%" height="${base + 40}">
${byRate && report.safeRangeRps !== null ? safeBand(report.safeRangeRps, px, wholeX) : null}
${ticks(0, wholeMs, 5).map((ms) => html`<line class="grid" x1="0" x2="100%" y1="${py(ms)}" y2="${py(ms)}"/><text class="axis halo" x="0" y="${py(ms) - 3}">${ms === 0 ? '' : formatMs(ms)}</text>`)}
${byRate ? rateAxis(wholeX, px, base) : partAxis(points, px, base)}
${slaMs === null ? null : slaLine('p95', slaMs, py)}
${firstBytes.map(({ name, limitMs }) => slaLine(name, limitMs, py))}
${byRate ? kneeMark(report, px, wholeX) : null}
${byRate && report.peakRps !== null ? upright('peak', report.peakRps, 'expected peak', px, wholeX, 1) : null}
${byRate ? SHARES.map((share) => shareLine(points, share, px)) : null}
${curves.map((one) => curve(points, one, px, py))}
${points.filter(({ level }) => !level.stable).map(({ level, x }) => html`<text class="unstable-mark" x="${px(x)}" y="${TOP + 12}" text-anchor="middle">×<title>${formatCount(level.rate)} requests/s: unstable, ${level.unstableReason ?? ''}</title></text>`)}
</svg>
<ul class="legend">${curves.map(({ kind, label }) => html`<li><span class="load-key ${kind}" aria-hidden="true"></span>${label}</li>`)}${byRate && report.safeRangeRps !== null ? html`<li><span class="load-key safe" aria-hidden="true"></span>safe to operate: ${safeRangeText(report)}</li>` : null}${byRate ? SHARES.filter((share) => sharesOf(points, share).length > 1).map(({ name, label }) => html`<li><span class="load-key ${name}" aria-hidden="true"></span>${label}, of the chart's height</li>`) : null}</ul>`
}

function firstByteCurve({ name }: SlaTarget): Curve {
  return { kind: 'ttft', label: `${name}, to the first byte`, msOf: (level) => measuredMsOf(level, name) }
}

function slaLine(name: string, limitMs: number, py: (ms: number) => number): Html {
  const y = py(limitMs)
  return html`<line class="sla" x1="0" x2="100%" y1="${y}" y2="${y}"/><text class="halo sla-label" x="100%" y="${y - 5}" text-anchor="end">SLA ${name} ${formatMs(limitMs)}</text>`
}

/** What the recordings of the levels add: 0 at the bottom of the chart, 100 % at its top. */
const SHARES = [
  { key: 'eventLoopUtilization', name: 'load-loop', label: 'event loop busy' },
  { key: 'deviceBusyFraction', name: 'load-busy', label: 'device busy' },
  { key: 'batchFullness', name: 'load-full', label: 'batch fullness' },
] as const

function sharesOf(points: readonly Point[], { key }: (typeof SHARES)[number]) {
  return points.flatMap(({ level, x }) => {
    const share = level.resources?.[key] ?? null
    return share === null ? [] : [{ x, share }]
  })
}

function shareLine(points: readonly Point[], share: (typeof SHARES)[number], px: (x: number) => string): Html {
  const known = sharesOf(points, share)
  const y = (value: number) => Math.round((TOP + HEIGHT * (1 - Math.min(1, value))) * 10) / 10
  return html`${known.slice(1).map((to, i) => html`<line class="${share.name}" x1="${px(known[i]!.x)}" y1="${y(known[i]!.share)}" x2="${px(to.x)}" y2="${y(to.share)}"/>`)}`
}

function highest(points: readonly Point[], slaMs: number | null, otherLimitsMs: readonly number[]): number {
  const values = points.flatMap(({ level }) => [level.p50Ms, level.p95Ms, level.p99Ms]).filter((ms) => ms !== null)
  const most = Math.max(slaMs ?? 0, ...otherLimitsMs, ...values, 1e-3)
  return slaMs === null ? most : Math.min(most, RANGE_OF_SLA * slaMs)
}

/** One percentile: a line through the stable levels' means by rate, and a dot for each level. */
function curve(
  points: readonly Point[],
  { kind, msOf }: Curve,
  px: (x: number) => string,
  py: (ms: number) => number,
): Html {
  const known = points.filter(({ level }) => level.stable && msOf(level) !== null)
  const middle = [...new Set(known.map(({ x }) => x))].map((x) => {
    const values = known.filter((point) => point.x === x).map(({ level }) => msOf(level)!)
    return { x, ms: values.reduce((sum, ms) => sum + ms, 0) / values.length }
  })
  // In order of time, a part without the figure is a gap; in order of rate, other levels tell what lies between.
  const isGap = (from: number, to: number) => points.some(({ level, x }) => level.label !== null && x > from && x < to)
  const segments = middle.slice(1).flatMap((to, i) => {
    const from = middle[i]!
    if (isGap(from.x, to.x)) return []
    return html`<line class="load-line ${kind}" x1="${px(from.x)}" y1="${py(from.ms)}" x2="${px(to.x)}" y2="${py(to.ms)}"/>`
  })
  return html`${segments}${known.map(
    ({ level, x }) =>
      html`<circle class="load-dot ${kind}${level.slaMet === false ? ' over' : ''}" cx="${px(x)}" cy="${py(msOf(level)!)}" r="${kind === 'p95' ? 4 : 3}"><title>${tip(level)}</title></circle>`,
  )}`
}

function tip(level: LevelReport): string {
  const { rate, throughputRps, p50Ms, p95Ms, p99Ms, resources, label } = level
  const ms = (value: number | null) => (value === null ? '–' : formatMs(value))
  const busy =
    resources?.deviceBusyFraction == null ? '' : `, device ${formatPercent(resources.deviceBusyFraction)} busy`
  const full = resources?.batchFullness == null ? '' : `, batches ${formatPercent(resources.batchFullness)} full`
  const name = label === null ? '' : `${label}: `
  return `${name}${formatCount(rate)} requests/s, ${formatCount(throughputRps)} answered; p50 ${ms(p50Ms)}, p95 ${ms(p95Ms)}, p99 ${ms(p99Ms)}${busy}${full}`
}

function kneeMark({ knee }: LoadReport, px: (x: number) => string, wholeX: number): Html | null {
  if (knee?.kind === 'point') {
    const [low, high] = knee.intervalRps
    return html`${band('knee-band', low, high, px, wholeX)}${upright('knee', knee.rps, `knee ${formatCount(knee.rps)}/s`, px, wholeX, 0)}`
  }
  if (knee?.kind !== 'cliff') return null
  const [low, high] = knee.intervalRps
  return html`${band('knee-band', low, high, px, wholeX)}${upright('knee', low, `cliff ${formatCount(low)} to ${formatCount(high)}/s`, px, wholeX, 0)}`
}

function safeBand([low, high]: readonly [number, number], px: (x: number) => string, wholeX: number): Html {
  return band('safe-band', low, high, px, wholeX)
}

function band(name: string, low: number, high: number, px: (x: number) => string, wholeX: number): Html {
  const width = percentOf(Math.max(0, Math.min(high, wholeX) - low), wholeX)
  return html`<rect class="${name}" x="${px(low)}" width="${width}" y="${TOP}" height="${HEIGHT}"/>`
}

function upright(name: string, at: number, text: string, px: (x: number) => string, wholeX: number, row: number): Html {
  const left = at / wholeX > 0.6
  return html`<line class="${name}-line" x1="${px(at)}" x2="${px(at)}" y1="${TOP - 14}" y2="${TOP + HEIGHT}"/><text class="halo ${name}-label" x="${px(at)}" dx="${left ? -5 : 5}" y="${12 + row * 14}" text-anchor="${left ? 'end' : 'start'}">${text}</text>`
}

function rateAxis(wholeX: number, px: (x: number) => string, base: number): Html {
  return html`${ticks(0, wholeX, 6).map((tick) => html`<text class="axis" x="${px(tick)}" y="${base + 16}" text-anchor="${tickAnchor(tick / wholeX)}">${formatCount(tick)}</text>`)}<text class="axis" x="50%" y="${base + 34}" text-anchor="middle">requests per second</text>`
}

function partAxis(points: readonly Point[], px: (x: number) => string, base: number): Html {
  return html`${points.map(({ level, x }) => html`<text class="axis" x="${px(x)}" y="${base + 16}" text-anchor="middle">${level.label ?? ''}</text>`)}`
}

function describe(points: readonly Point[]): string {
  const levels = points.map(({ level }) => {
    const p95 = level.stable ? (level.p95Ms === null ? 'no p95' : `p95 ${formatMs(level.p95Ms)}`) : 'unstable'
    return `${formatCount(level.rate)} requests/s ${p95}`
  })
  return `Latency against load: ${levels.join(', ')}`
}
