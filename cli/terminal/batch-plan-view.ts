import { formatCount, formatMs, formatPercent, plural } from '../../core/model/quantity.js'
import type { BatchOption, BatchPlan } from '../../core/sim/plan/batch.js'
import { type Column, cells, fitting, titles, wrap } from './layout.js'
import type { Paint } from './paint.js'
import { warningLines } from './warning-lines.js'

/** The settings as a table, one line a batch size: the wait with the lowest simulated p95. */
export function showBatchPlan(plan: BatchPlan, paint: Paint): string {
  const { overheadMs, perItemMs, rate } = plan.question
  const question = `service_time(b) = ${formatMs(overheadMs)} + ${formatMs(perItemMs)} x b, ${formatCount(rate)} requests/s`
  const shown = [...new Set(plan.options.map(({ maxBatch }) => maxBatch))].map((maxBatch) => bestOf(plan, maxBatch))
  const columns = fitting(columnsOf(paint), paint.columns - 2)
  const note = 'simulated p95: of waiting and model, without network and other stages; wait: the best one tried'
  const lines = [
    paint.bold(wrap(batchVerdict(plan), paint.columns)),
    '',
    `  ${wrap(`${question} (Poisson), ${plural(plan.question.devices, 'device')}`, paint.columns - 2, '  ')}`,
    paint.dim(`  ${titles(columns)}`),
    ...shown.map((option) => `  ${cells(columns, option)}`),
    paint.dim(`  ${wrap(note, paint.columns - 2, '  ')}`),
    ...warningLines(plan.warnings, paint),
  ]
  return `${lines.join('\n')}\n`
}

/** What to choose, in one sentence. */
export function batchVerdict({ recommended, fastest, question, maxRps }: BatchPlan): string {
  if (fastest === null) {
    const most = `no batch size passes ${formatCount(maxRps)} on ${plural(question.devices, 'device')}`
    return `Unstable: ${formatCount(question.rate)} requests/s are more than any setting serves; ${most}.`
  }
  if (recommended === null) {
    const at = `max_batch ${fastest.maxBatch} and max_wait ${formatMs(fastest.maxWaitMs)}`
    return `No setting can be recommended: the lowest simulated p95 is ${formatMs(fastest.simulatedP95Ms!)}, with ${at}.`
  }
  const { maxBatch, maxWaitMs, throughputRps, simulatedP95Ms } = recommended
  const sla = question.slaP95Ms === null ? '' : ` (SLA ${formatMs(question.slaP95Ms)})`
  return (
    `max_batch ${maxBatch} with max_wait ${formatMs(maxWaitMs)}: up to ${formatCount(throughputRps)} requests/s; ` +
    `simulated p95 at this load ${formatMs(simulatedP95Ms!)}${sla}.`
  )
}

function bestOf({ options, recommended }: BatchPlan, maxBatch: number): BatchOption {
  if (recommended?.maxBatch === maxBatch) return recommended
  const p95 = (option: BatchOption) => option.simulatedP95Ms ?? Number.POSITIVE_INFINITY
  return options.filter((option) => option.maxBatch === maxBatch).reduce((a, b) => (p95(b) < p95(a) ? b : a))
}

const columnsOf = (paint: Paint): readonly Column<BatchOption>[] => [
  { title: 'max batch', width: 9, cell: ({ maxBatch }) => String(maxBatch) },
  { title: 'wait', width: 8, cell: ({ maxWaitMs }) => formatMs(maxWaitMs) },
  { title: 'service', width: 10, cell: ({ serviceMs }) => formatMs(serviceMs), yields: 1 },
  { title: 'service+wait', width: 14, cell: ({ approxP95Ms }) => formatMs(approxP95Ms), yields: 2 },
  { title: 'simulated p95', width: 14, cell: (option) => paintedP95(option, paint) },
  { title: 'throughput', width: 12, cell: ({ throughputRps }) => `${formatCount(throughputRps)}/s` },
  { title: 'utilized', width: 11, cell: ({ utilization }) => formatPercent(utilization) },
]

function paintedP95({ simulatedP95Ms, slaMet }: BatchOption, paint: Paint): string {
  const p95 = simulatedP95Ms === null ? 'unstable' : formatMs(simulatedP95Ms)
  return slaMet === false || simulatedP95Ms === null ? paint.red(p95) : slaMet ? paint.green(p95) : p95
}
