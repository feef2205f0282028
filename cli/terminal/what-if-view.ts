import { formatCount, formatDeviation, formatMs, formatPercent, formatRange } from '../../core/model/quantity.js'
import { unpredictedText } from '../../core/model/sla-targets.js'
import type { Percentiles } from '../../core/sim/what-if/calibrate.js'
import type { Prediction, WhatIf } from '../../core/sim/what-if/predict.js'
import { padEnd, padStart, printable, wrap } from './layout.js'
import type { Paint } from './paint.js'

const NAME_WIDTH = 24

/** Measured, replayed unchanged, and changed, one line each; then what the prediction rests on, and how to check it. */
export function showWhatIf(
  { baseline, predictions }: Extract<WhatIf, { predictions: unknown }>,
  directory: string,
  paint: Paint,
): string {
  const lines = predictions.map((prediction) => paint.bold(wrap(verdict(prediction, baseline.measured), paint.columns)))
  const replayed = `the p95 simulated unchanged is ${formatDeviation(baseline.calibrationErrorP95)} the measured one`
  if (lines.length > 0) lines.push('')
  lines.push(
    paint.dim(`  ${padEnd('', NAME_WIDTH)}${['p50', 'p95', 'p99'].map((name) => padStart(name, 10)).join('')}`),
    row('measured', baseline.measured),
    row('simulated unchanged', baseline.simulated),
    ...predictions.flatMap((prediction) => (prediction.stable ? [row('simulated changed', prediction)] : [])),
    paint.dim(`  ${wrap(replayed, paint.columns - 2, '    ')}`),
  )
  const unpredicted = unpredictedText(baseline.unpredictedTargets)
  if (unpredicted !== null) lines.push(`  ${wrap(unpredicted, paint.columns - 2, '    ')}`)
  for (const prediction of predictions) {
    lines.push('', ...basis(prediction, paint))
    if (prediction.stable) lines.push('', check(prediction, directory, paint))
  }
  return `${lines.join('\n')}\n`
}

function verdict(prediction: Prediction, measured: Percentiles): string {
  const changes = printable(prediction.changes.join(' and '))
  if (!prediction.stable) {
    const { resource, utilization } = prediction.busiest
    return `With ${changes} the load is unstable: ${formatPercent(utilization)} of what the ${resource} can do.`
  }
  const interval = formatRange(prediction.p95IntervalMs)
  const sla = prediction.slaMet === null ? '' : prediction.slaMet ? '; the SLA is met' : '; the SLA is missed'
  return `With ${changes} the p95 is predicted to be ${formatMs(prediction.p95Ms)} (${interval}) instead of ${formatMs(measured.p95Ms)}${sla}.`
}

function row(name: string, { p50Ms, p95Ms, p99Ms }: Percentiles): string {
  return `  ${padEnd(name, NAME_WIDTH)}${[p50Ms, p95Ms, p99Ms].map((ms) => padStart(formatMs(ms), 10)).join('')}`
}

function basis(prediction: Prediction, paint: Paint): string[] {
  const { extrapolated, assumptions } = prediction
  const lines = [usage(prediction)]
  for (const assumption of assumptions) lines.push(`assumed: ${printable(assumption)}`)
  if (extrapolated) lines.push(`${paint.yellow('extrapolated')}: this leads outside of what was recorded`)
  return lines.map((line) => `  ${wrap(line, paint.columns - 2, '    ')}`)
}

function check({ changes }: Prediction, directory: string, paint: Paint): string {
  const command = ['infer-diag compare', directory, '<again>', ...changes.map((change) => `--set ${change}`)].join(' ')
  return paint.dim(
    `  ${wrap(printable(`to check it, make the change, record again, then ${command}`), paint.columns - 2, '    ')}`,
  )
}

function usage({ throughputRps, utilizations, meanBatch, batchFullness }: Prediction): string {
  const items = utilizations.map(({ resource, utilization }) => `${resource} ${formatPercent(utilization)} utilized`)
  if (throughputRps !== null) items.unshift(`${formatCount(throughputRps)} requests/s`)
  if (meanBatch !== null) items.push(`mean batch ${formatCount(meanBatch)} (${formatPercent(batchFullness!)} full)`)
  return items.join(', ')
}
