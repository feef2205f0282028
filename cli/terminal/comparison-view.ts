import { type Change, type Comparison, type Delta, METRIC_NAMES } from '../../core/model/comparison.js'
import { formatDifference } from '../../core/model/difference.js'
import { clip, flow, padEnd, padStart, printable, wrap } from './layout.js'
import { formatCount, formatMs, formatShare, MISSING } from './numbers.js'
import type { Paint } from './paint.js'
import { showVerification } from './verification-view.js'

const NAME_WIDTH = 18
const VALUE_WIDTH = 10
const INTERVAL_WIDTH = 20
/** Without room for it, the ratio and the verdict of a row go: the interval says both. */
const WIDE = 76

/** A Comparison as text as wide as `paint` tells (60 to 80 columns), ending in a newline. */
export function showComparison(comparison: Comparison, paint: Paint): string {
  const { headline, endToEnd, stages, stagesWithheld, verdict, verification } = comparison
  const sections = [
    tint(paint, verdict.kind)(wrap(printable(headline), paint.columns)),
    table(
      'end to end',
      endToEnd.map((delta) => row(METRIC_NAMES[delta.metric], delta, paint)),
      paint,
    ),
    stagesWithheld === null
      ? table(
          'stage, mean',
          stages.map(({ id, mean }) => row(id, mean, paint)),
          paint,
        )
      : `  ${wrap(`stages not compared: ${printable(stagesWithheld)}`, paint.columns - 2, '    ')}`,
    setUp(comparison, paint),
    paint.dim(howJudged(comparison, paint)),
    verification === undefined ? '' : showVerification(verification, paint).trimEnd(),
  ]
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`
}

function table(title: string, rows: readonly string[], paint: Paint): string {
  const names = paint.columns < WIDE ? ['before', 'after'] : ['before', 'after', 'change']
  const values = names.map((name) => padStart(name, VALUE_WIDTH)).join('')
  return [paint.dim(`  ${padEnd(title, NAME_WIDTH)}${values}${padStart('difference', INTERVAL_WIDTH)}`), ...rows].join(
    '\n',
  )
}

function row(name: string, { unit, before, after, change }: Delta, paint: Paint): string {
  const narrow = paint.columns < WIDE
  const figures = [format(unit, before), format(unit, after), ...(narrow ? [] : [ratioOf(change)])]
  const line = `  ${padEnd(clip(printable(name), NAME_WIDTH - 1), NAME_WIDTH)}${figures.map((text) => padStart(text, VALUE_WIDTH)).join('')}`
  if (change === null) return line.trimEnd()
  const interval = padStart(formatDifference(change.interval, unit), INTERVAL_WIDTH)
  const mark = narrow || change.direction === 'none' ? '' : `  ${tint(paint, change.direction)(change.direction)}`
  return `${line}${interval}${mark}`
}

/** What is set up differently: where to look for the cause. */
function setUp({ differences }: Comparison, paint: Paint): string {
  if (differences.length === 0) return '  set up      no difference recorded'
  const indent = ' '.repeat(14)
  const items = differences.map((difference) => inWidth(difference, paint.columns - 20))
  return `  set up      ${flow(items, paint.columns - indent.length, indent)}`
}

/** Of values that are too long, such as commands, what differs must not be what is cut off. */
function inWidth({ what, before, after }: Comparison['differences'][number], width: number): string {
  const whole = printable(`${what} ${before} -> ${after}`)
  if (whole.length <= width) return whole
  const sides = apart(printable(before).split(' '), printable(after).split(' '))
  const room = Math.floor((width - what.length - ' '.length - ' -> '.length) / 2)
  return `${what} ${sides.map((side) => clip(side, room)).join(' -> ')}`
}

/** Two texts without the words with which both begin and end, but for the last one before the difference: its option. */
function apart(before: readonly string[], after: readonly string[]): string[] {
  const fewest = Math.min(before.length, after.length)
  let start = 0
  while (start < fewest && before[start] === after[start]) start++
  let end = 0
  while (end < fewest - start && before.at(-1 - end) === after.at(-1 - end)) end++
  const first = Math.max(0, start - 1)
  return [before, after].map((words) =>
    [...(first > 0 ? ['…'] : []), ...words.slice(first, words.length - end), ...(end > 0 ? ['…'] : [])].join(' '),
  )
}

function howJudged({ method }: Comparison, paint: Paint): string {
  const { confidence, tolerance } = method
  const text =
    `difference: ${(confidence * 100).toFixed(1)} % intervals by block bootstrap, so that the verdict on p50, p95 and ` +
    `errors holds at 95 %; less than ${formatShare(tolerance.relative)} decides nothing`
  return `  ${wrap(text, paint.columns - 2, '  ')}`
}

function ratioOf(change: Change | null): string {
  if (change === null || change.ratio === null) return ''
  const percent = (change.ratio - 1) * 100
  return `${percent < 0 ? '' : '+'}${percent.toFixed(Math.abs(percent) < 9.95 ? 1 : 0)} %`
}

function format(unit: Delta['unit'], value: number | null): string {
  if (value === null) return MISSING
  if (unit === 'ms') return formatMs(value)
  return unit === 'fraction' ? formatShare(value) : `${formatCount(value)}/s`
}

function tint(paint: Paint, kind: Comparison['verdict']['kind'] | Change['direction']): (text: string) => string {
  if (kind === 'better') return paint.green
  if (kind === 'worse') return paint.red
  return kind === 'not-comparable' ? paint.yellow : paint.bold
}
