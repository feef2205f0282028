import { formatCount, formatMs, formatPercent, plural } from '../../core/model/quantity.js'
import type { BatchOption, BatchPlan } from '../../core/sim/plan/batch.js'
import { padStart, WIDTH, wrap } from './layout.js'
import type { Paint } from './paint.js'
import { warningLines } from './warning-lines.js'

const WIDTHS = [9, 8, 10, 14, 14, 12, 11] as const

/** The settings as a table, one line a batch size: the wait with the lowest simulated p95. */
export function showBatchPlan(plan: BatchPlan, paint: Paint): string {
  const { overheadMs, perItemMs, rate } = plan.question
  const question = `service_time(b) = ${formatMs(overheadMs)} + ${formatMs(perItemMs)} x b, ${formatCount(rate)} requests/s`
  const shown = [...new Set(plan.options.map(({ maxBatch }) => maxBatch))].map((maxBatch) => bestOf(plan, maxBatch))
  const header = ['max batch', 'wait', 'service', 'service+wait', 'simulated p95', 'throughput', 'utilized']
  const lines = [
    paint.bold(batchVerdict(plan)),
    '',
    `  ${question} (Poisson), ${plural(plan.question.devices, 'device')}`,
    paint.dim(row(header)),
    ...shown.map((option) => optionRow(option, paint)),
    paint.dim('  simulated p95: of waiting and model, without network and other stages; wait: the best one tried'),
    ...warningLines(plan.warnings, paint),
  ]
  return `${lines.join('\n')}\n`
}

/** What to choose, in one sentence of at most 80 columns a line. */
export function batchVerdict({ recommended, fastest, question, maxRps }: BatchPlan): string {
  if (fastest === null) {
    const most = `no batch size passes ${formatCount(maxRps)} on ${plural(question.devices, 'device')}`
    return wrap(`Unstable: ${formatCount(question.rate)} requests/s are more than any setting serves; ${most}.`, WIDTH)
  }
  if (recommended === null) {
    const at = `max_batch ${fastest.maxBatch} and max_wait ${formatMs(fastest.maxWaitMs)}`
    return wrap(
      `No setting can be recommended: the lowest simulated p95 is ${formatMs(fastest.simulatedP95Ms!)}, with ${at}.`,
      WIDTH,
    )
  }
  const { maxBatch, maxWaitMs, throughputRps, simulatedP95Ms } = recommended
  const sla = question.slaP95Ms === null ? '' : ` (SLA ${formatMs(question.slaP95Ms)})`
  return wrap(
    `max_batch ${maxBatch} with max_wait ${formatMs(maxWaitMs)}: up to ${formatCount(throughputRps)} requests/s; ` +
      `simulated p95 at this load ${formatMs(simulatedP95Ms!)}${sla}.`,
    WIDTH,
  )
}

function bestOf({ options, recommended }: BatchPlan, maxBatch: number): BatchOption {
  if (recommended?.maxBatch === maxBatch) return recommended
  const p95 = (option: BatchOption) => option.simulatedP95Ms ?? Number.POSITIVE_INFINITY
  return options.filter((option) => option.maxBatch === maxBatch).reduce((a, b) => (p95(b) < p95(a) ? b : a))
}

function optionRow(option: BatchOption, paint: Paint): string {
  const { maxBatch, maxWaitMs, serviceMs, approxP95Ms, simulatedP95Ms, throughputRps, utilization, slaMet } = option
  const p95 = simulatedP95Ms === null ? 'unstable' : formatMs(simulatedP95Ms)
  const painted = slaMet === false || simulatedP95Ms === null ? paint.red(p95) : slaMet ? paint.green(p95) : p95
  return row([
    String(maxBatch),
    formatMs(maxWaitMs),
    formatMs(serviceMs),
    formatMs(approxP95Ms),
    painted,
    `${formatCount(throughputRps)}/s`,
    formatPercent(utilization),
  ])
}

function row(cells: readonly string[]): string {
  return `  ${cells.map((cell, i) => padStart(cell, WIDTHS[i]!)).join('')}`
}
