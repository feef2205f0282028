import { type LevelReport, type LevelResources, type LoadReport, measuredMsOf } from '../../core/model/load-report.js'
import { formatCount, formatMs, formatPercent } from '../../core/model/quantity.js'
import { type TargetName, ttftTargets } from '../../core/model/sla-targets.js'
import { bar, padEnd, padStart } from './layout.js'
import * as cells from './numbers.js'
import type { Paint } from './paint.js'

const INDENT = 2
/** A rate, and a latency. */
const [RATE, LATENCY] = [8, 9]
/** The longest verdict and the space before it: "errors 100 %". */
const VERDICT = 13
/** A shorter bar shows nothing. */
const [LEAST_BAR, MOST_BAR] = [6, 16]

const RESOURCES = [
  { key: 'eventLoopUtilization', title: 'loop', width: 7 },
  { key: 'deviceBusyFraction', title: 'device', width: 8 },
  { key: 'batchFullness', title: 'full', width: 6 },
] as const satisfies readonly { key: keyof LevelResources; title: string; width: number }[]

/** The levels of a load, one a line of at most the terminal's width, with a bar of their p95 where there is room for it. */
export function loadTable({ levels, sla, mode }: LoadReport, paint: Paint): string[] {
  const shown = mode === 'ramp' ? [...levels].sort((a, b) => a.rate - b.rate) : levels
  const slaMs = sla?.p95Ms ?? null
  const most = Math.max(slaMs ?? 0, ...shown.map(({ p95Ms }) => p95Ms ?? 0))
  // A far outlier would flatten every other bar.
  const wholeMs = slaMs === null ? most : Math.min(most, 2 * slaMs)
  const labelled = shown.some(({ label }) => label !== null)
  const labelWidth = labelled ? 1 + Math.max(...shown.map(({ label }) => label?.length ?? 0)) : 0
  let left = paint.columns - INDENT - 2 - VERDICT - labelWidth - RATE - 3 * LATENCY
  const withDone = left >= RATE
  if (withDone) left -= RATE
  const firstBytes = ttftTargets(sla).filter(({ name }) => {
    const fits = left >= widthOf(name)
    if (fits) left -= widthOf(name)
    return fits
  })
  // In a narrow terminal the resources are left to the report and the JSON.
  const measured = RESOURCES.filter(({ key, width }) => {
    const fits = shown.some(({ resources }) => (resources?.[key] ?? null) !== null) && left >= width
    if (fits) left -= width
    return fits
  })
  const header = [
    padEnd(labelled ? 'part' : '', labelWidth),
    padStart('rate/s', RATE),
    withDone ? padStart('done/s', RATE) : '',
    ...['p50', 'p95', 'p99'].map((title) => padStart(title, LATENCY)),
    ...firstBytes.map(({ name }) => padStart(name, widthOf(name))),
    ...measured.map(({ title, width }) => padStart(title, width)),
  ].join('')
  const room = Math.min(MOST_BAR, left)
  const withBar = room >= LEAST_BAR && wholeMs > 0
  const scale = slaMs === null || !withBar ? '' : `  p95 up to ${formatMs(wholeMs)}`
  const lines = [paint.dim(`  ${header}${scale}`), ...shown.map((level) => `  ${row(level)}`)]
  return shown.some(lacksPercentile) ? [...lines, paint.dim('  –: too few requests for that percentile')] : lines

  function row(level: LevelReport): string {
    const { label, rate, throughputRps, p50Ms, p95Ms, p99Ms, resources } = level
    const latencies = level.stable
      ? [p50Ms, p95Ms, p99Ms].map((ms) => padStart(cells.formatMs(ms), LATENCY)).join('')
      : padStart('unstable', 3 * LATENCY)
    const numbers = [
      padEnd(label ?? '', labelWidth),
      padStart(formatCount(rate), RATE),
      withDone ? padStart(formatCount(throughputRps), RATE) : '',
      latencies,
      ...firstBytes.map(({ name }) => {
        const text = level.stable ? cells.formatMs(measuredMsOf(level, name)) : ''
        return padStart(text, widthOf(name))
      }),
      ...measured.map(({ key, width }) => padStart(cells.formatShare(resources?.[key] ?? null), width)),
    ].join('')
    return `${numbers}  ${withBar ? `${drawn(level)} ` : ''}${verdict(level, paint)}`.trimEnd()
  }

  function drawn({ stable, p95Ms, slaMet }: LevelReport): string {
    const share = stable ? (p95Ms ?? 0) / wholeMs : 1
    const paintBar = slaMet === false ? paint.red : slaMet === null ? paint.dim : paint.green
    return padEnd(paintBar(bar(share, room)), room)
  }
}

function widthOf(name: TargetName): number {
  return Math.max(LATENCY, name.length + 1)
}

function lacksPercentile({ stable, p95Ms, p99Ms, void: isVoid }: LevelReport): boolean {
  return stable && isVoid === null && (p95Ms === null || p99Ms === null)
}

function verdict({ slaMet, constraint, stable, void: isVoid, errors, requests }: LevelReport, paint: Paint): string {
  if (isVoid !== null) return paint.yellow(constraint === 'client' ? 'client' : 'void')
  if (slaMet === false) {
    return paint.red(constraint === 'errors' ? `errors ${formatPercent(errors / requests)}` : (constraint ?? ''))
  }
  return stable ? '' : paint.yellow('unstable')
}
