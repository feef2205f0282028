import { formatCount, formatDeviation, formatMs, formatPercent, formatRange } from '../../core/model/quantity.js'
import { unpredictedText } from '../../core/model/sla-targets.js'
import { EFFORTS } from '../../core/sim/tune/candidate.js'
import type { Option } from '../../core/sim/tune/option.js'
import { ofPredicted, type Recommendation, type Tuning } from '../../core/sim/tune/tune.js'
import type { Prediction } from '../../core/sim/what-if/predict.js'
import { type Column, cells, clip, fitting, padEnd, printable, titles, wrap } from './layout.js'
import type { Paint } from './paint.js'
import { surfaceTable } from './surface-table.js'

type Found = Extract<Tuning, { predictions: unknown }>

const NAME_WIDTH = 25
const NOTHING = '-'

/** What to do, every single change by effort, and the p95 over batch size and wait. */
export function showTuning(tuning: Found, paint: Paint): string {
  const { recommended, predictions, unchanged, slaP95Ms, surface, surfaceAfter, baseline } = tuning
  const head = recommended.length > 0 ? recommended.map((one) => verdict(one, tuning, paint)) : [nothing(tuning, paint)]
  const columns = fitting(columnsOf(paint), paint.columns - 2 - NAME_WIDTH)
  const predictionRow = (name: string, prediction: Prediction) =>
    row(`${name}${prediction.extrapolated ? ' *' : ''}`, cells(columns, prediction))
  const lines = [
    head.join('\n\n'),
    '',
    paint.dim(row('', titles(columns))),
    predictionRow('as recorded, simulated', unchanged),
  ]
  for (const effort of EFFORTS) {
    const options = predictions.filter((option) => option.effort === effort)
    if (options.length > 0) lines.push(`  ${paint.dim(effort)}`)
    lines.push(...options.map((option) => predictionRow(nameOf(option), option)))
  }
  for (const one of [surface, surfaceAfter]) {
    if (one !== null) lines.push('', ...surfaceTable(one, slaP95Ms, paint))
  }
  lines.push(
    '',
    `  ${wrap(`measured p95 ${formatMs(baseline.measured.p95Ms)}; the replay is ${formatDeviation(baseline.calibrationErrorP95)} it`, paint.columns - 2, '    ')}`,
  )
  const unpredicted = unpredictedText(baseline.unpredictedTargets)
  if (unpredicted !== null) lines.push(`  ${wrap(unpredicted, paint.columns - 2, '    ')}`)
  if (predictions.some(({ extrapolated }) => extrapolated))
    lines.push('  * extrapolated: this leads outside of what was recorded')
  for (const text of assumptionsOf(recommended))
    lines.push(`  ${wrap(`assumed: ${printable(text)}`, paint.columns - 2, '    ')}`)
  return `${lines.join('\n')}\n`
}

function verdict(option: Recommendation, { baseline, slaP95Ms }: Found, paint: Paint): string {
  const { why, titles, changes, effort, extrapolated } = option
  const what = titles.map((title, i) => `${title} (${changes[i]})`).join(' and ')
  const sla =
    slaP95Ms === null ? '' : `, ${option.p95Ms! <= slaP95Ms ? 'under' : 'still above'} the SLA of ${formatMs(slaP95Ms)}`
  const p95 = option.stable
    ? `p95 ${formatMs(option.p95Ms)} (${formatRange(option.p95IntervalMs)}) instead of ${formatMs(baseline.measured.p95Ms)}${sla}`
    : 'the load stays unstable'
  const beyond = extrapolated ? ' Extrapolated: this leads outside of what was recorded.' : ''
  const [name, ...rest] = wrap(
    `${ofPredicted(LABELS[why], baseline)}: ${printable(what)}: ${p95}. Effort: ${effort}.${beyond}`,
    paint.columns,
  ).split('\n')
  return [paint.bold(name!), ...rest.map((line) => paint.bold(line))].join('\n')
}

const LABELS: Readonly<Record<Recommendation['why'], string>> = {
  'least effort that meets the SLA': 'Least effort that meets the SLA',
  'best pair': 'Best pair without more instances',
}

function nothing({ slaP95Ms }: Found, paint: Paint): string {
  const sla = slaP95Ms === null ? '' : ` brings the p95 under ${formatMs(slaP95Ms)}`
  return paint.bold(
    wrap(`No change that was tried${sla || ' keeps up with the load'} without more instances.`, paint.columns),
  )
}

const nameOf = ({ changes }: Option) => printable(changes.join(' '))

const columnsOf = (paint: Paint): readonly Column<Prediction>[] => [
  { title: 'p95', width: 8, cell: (prediction) => paintedP95(prediction, paint) },
  { title: '95 % interval', width: 18, cell: ({ p95IntervalMs }) => optional(p95IntervalMs, formatRange) },
  { title: 'req/s', width: 6, cell: ({ throughputRps }) => optional(throughputRps, formatCount) },
  { title: 'loop', width: 7, cell: (prediction) => utilizationOf(prediction, 'event loop'), yields: 2 },
  { title: 'device', width: 7, cell: (prediction) => utilizationOf(prediction, 'device'), yields: 1 },
  { title: 'full', width: 6, cell: ({ batchFullness }) => optional(batchFullness, formatPercent), yields: 3 },
]

function paintedP95({ p95Ms, slaMet }: Prediction, paint: Paint): string {
  const p95 = p95Ms === null ? 'unstable' : formatMs(p95Ms)
  return slaMet === true ? paint.green(p95) : slaMet === false ? paint.red(p95) : p95
}

function optional<T>(value: T | null, format: (value: T) => string): string {
  return value === null ? NOTHING : format(value)
}

function utilizationOf({ utilizations }: Prediction, wanted: string): string {
  const use = utilizations.find(({ resource }) => resource === wanted)
  return use === undefined ? NOTHING : formatPercent(use.utilization)
}

function row(name: string, text: string): string {
  return `  ${padEnd(clip(name, NAME_WIDTH), NAME_WIDTH)}${text}`
}

function assumptionsOf(options: readonly Option[]): string[] {
  return [...new Set(options.flatMap(({ assumptions }) => assumptions))]
}
