import type { LevelReport, LoadReport } from '../../core/model/load-report.js'
import { bindingSentence, headline, headroomSentence, safeSentence } from '../../core/model/load-sentences.js'
import { formatCount, formatMs, formatPercent } from '../../core/model/quantity.js'
import { bar, padEnd, padStart, printable, WIDTH, wrap } from './layout.js'
import * as cells from './numbers.js'
import type { Paint } from './paint.js'

export type LoadViewOptions = { readonly paint: Paint; readonly file: string }

const BAR_WIDTH = 16

/** The result of `load` as text of 80 columns, ending in a newline. */
export function showLoad(report: LoadReport, { paint, file }: LoadViewOptions): string {
  const lines = [paint.bold(wrap(printable(headline(report)), WIDTH)), '']
  for (const sentence of [bindingSentence(report), safeSentence(report), headroomSentence(report), ...report.notes]) {
    if (sentence !== null) lines.push(`  ${wrap(sentence, WIDTH - 2, '  ')}`)
  }
  if (lines.at(-1) !== '') lines.push('')
  lines.push(...table(report, paint))
  const lag = Math.max(...report.levels.map(({ clientLagP99Ms }) => clientLagP99Ms ?? 0))
  lines.push('', paint.dim(`  send lag of the client p99: up to ${formatMs(lag)}`), `  ${printable(file)}`)
  return `${lines.join('\n')}\n`
}

function table({ levels, sla, mode }: LoadReport, paint: Paint): string[] {
  const shown = mode === 'ramp' ? [...levels].sort((a, b) => a.rate - b.rate) : levels
  const slaMs = sla?.p95Ms ?? null
  const most = Math.max(slaMs ?? 0, ...shown.map(({ p95Ms }) => p95Ms ?? 0))
  // A far outlier would flatten every other bar.
  const whole = slaMs === null ? most : Math.min(most, 2 * slaMs)
  const withResources = shown.some(({ resources }) => resources !== null)
  const labels = shown.some(({ label }) => label !== null)
  const first = labels ? 12 : 0
  const header = [
    labels ? padEnd('part', first) : '',
    padStart('rate/s', 8),
    padStart('done/s', 8),
    padStart('p50', 9),
    padStart('p95', 9),
    padStart('p99', 9),
    withResources ? `${padStart('device', 8)}${padStart('full', 6)}` : '',
  ].join('')
  const room = Math.max(6, Math.min(BAR_WIDTH, WIDTH - 2 - header.length - 10))
  const scale = slaMs === null ? '' : `  p95 up to ${formatMs(whole)}`
  return [paint.dim(`  ${header}${scale}`), ...shown.map((level) => `  ${row(level)}`)]

  function row(level: LevelReport): string {
    const { label, rate, throughputRps, p50Ms, p95Ms, p99Ms, resources } = level
    const numbers = [
      labels ? padEnd(label ?? '', first) : '',
      padStart(rateText(rate), 8),
      padStart(rateText(throughputRps), 8),
      ...(level.stable
        ? [p50Ms, p95Ms, p99Ms].map((ms) => padStart(cells.formatMs(ms), 9))
        : [padStart('unstable', 27)]),
      withResources ? padStart(cells.formatShare(resources?.deviceBusyFraction ?? null), 8) : '',
      withResources ? padStart(cells.formatShare(resources?.batchFullness ?? null), 6) : '',
    ].join('')
    const drawn =
      whole > 0 && p95Ms !== null && level.stable ? bar(p95Ms / whole, room) : level.stable ? '' : bar(1, room)
    const paintBar = level.slaMet === false ? paint.red : level.slaMet === null ? paint.dim : paint.green
    return `${numbers}  ${padEnd(paintBar(drawn), room)} ${verdict(level, paint)}`.trimEnd()
  }
}

function verdict({ slaMet, constraint, void: isVoid, errors, requests }: LevelReport, paint: Paint): string {
  if (isVoid !== null) return paint.yellow(constraint === 'client' ? 'client' : 'void')
  if (slaMet === false)
    return paint.red(constraint === 'errors' ? formatPercent(errors / requests) : (constraint ?? ''))
  return ''
}

function rateText(rate: number): string {
  return rate < 99.5 ? String(Math.round(rate * 10) / 10) : formatCount(Math.round(rate))
}
