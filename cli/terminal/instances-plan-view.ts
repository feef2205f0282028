import { formatCount, formatMs, formatPercent, plural } from '../../core/model/quantity.js'
import type { InstanceLoad, InstancesPlan } from '../../core/sim/plan/instances.js'
import { type Column, cells, fitting, padEnd, padStart, titles, wrap } from './layout.js'
import type { Paint } from './paint.js'
import { warningLines } from './warning-lines.js'

/** The longest, 'one instance lost'. */
const NAME_WIDTH = 17

/** What one instance carries, how many the load needs, and the latency at each utilization. */
export function showInstancesPlan(plan: InstancesPlan, paint: Paint): string {
  const { question, simulated } = plan
  const { atRate, oneLost, planned } = simulated
  const shown: [string, InstanceLoad][] = [['as planned', planned]]
  if (atRate !== null) shown.push(['at the rate', atRate])
  if (oneLost !== null) shown.push(['one instance lost', oneLost])
  const unstable = [...shown.map(([, load]) => load), ...simulated.curve].some(({ stable }) => !stable)
  const columns = fitting(columnsOf(question.slaP95Ms, paint), paint.columns - 2 - NAME_WIDTH - 21)
  const lines = [
    paint.bold(wrap(instancesVerdict(plan), paint.columns)),
    '',
    ...instancesArithmetic(plan).map((line) => `  ${wrap(line, paint.columns - 2, '    ')}`),
    '',
    paint.dim('  simulated, one instance'),
    paint.dim(`  ${padEnd('', NAME_WIDTH)} requests/s  utilized${titles(columns)}`),
    ...shown.map(([name, load]) => loadRow(name, load, columns, paint)),
    ...simulated.curve.map((load) => loadRow('', load, columns, paint)),
    ...(unstable ? [paint.dim('  unstable: the queue grows without bound')] : []),
    '',
    ...plan.assumptions.map((text) => `  ${wrap(`assumed: ${text}`, paint.columns - 2, '    ')}`),
    ...warningLines(plan.warnings, paint),
  ]
  return `${lines.join('\n')}\n`
}

/** The answer in one sentence. */
export function instancesVerdict({ fleet, question, rpsPerInstance, fullRps }: InstancesPlan): string {
  if (fleet === null) {
    const share = formatPercent(question.utilization)
    return `One instance: ${formatCount(fullRps)} requests/s at most, ${formatCount(rpsPerInstance)} at ${share} utilization.`
  }
  return (
    `${plural(fleet.instances, 'instance')} of ${formatCount(rpsPerInstance)} requests/s each for ` +
    `${formatCount(fleet.targetRps)} requests/s.`
  )
}

/** The primer's formulas with the numbers put in. */
export function instancesArithmetic({ question, fleet, fullRps, rpsPerInstance }: InstancesPlan): string[] {
  const { concurrency, serviceMs, utilization, rate, headroom } = question
  const lines = [
    `throughput = concurrency / service time = ${concurrency} / ${formatMs(serviceMs)} = ${formatCount(fullRps)} requests/s`,
    `per instance at ${formatPercent(utilization)} = ${formatCount(rpsPerInstance)} requests/s`,
  ]
  if (fleet === null || rate === null) return lines
  const target = `${formatCount(rate)} / (1 - ${formatPercent(headroom)})`
  lines.push(`capacity = ${target} = ${formatCount(fleet.targetRps)} requests/s`)
  const exact = (fleet.targetRps / rpsPerInstance).toFixed(2)
  lines.push(
    `instances = ${formatCount(fleet.targetRps)} / ${formatCount(rpsPerInstance)} = ${exact}, so ${fleet.instances}`,
  )
  return lines
}

type StableLoad = Extract<InstanceLoad, { stable: true }>

const columnsOf = (slaP95Ms: number | null, paint: Paint): readonly Column<StableLoad>[] => {
  const p95 = ({ p95Ms }: StableLoad) =>
    slaP95Ms !== null && p95Ms > slaP95Ms ? paint.red(formatMs(p95Ms)) : formatMs(p95Ms)
  return [
    { title: 'p50', width: 10, cell: ({ p50Ms }) => formatMs(p50Ms), yields: 1 },
    { title: 'p95', width: 10, cell: p95 },
    { title: 'p99', width: 10, cell: ({ p99Ms }) => formatMs(p99Ms) },
  ]
}

function loadRow(name: string, load: InstanceLoad, columns: readonly Column<StableLoad>[], paint: Paint): string {
  const start = `  ${padEnd(name, NAME_WIDTH)}${padStart(formatCount(load.rate), 11)}${padStart(formatPercent(load.utilization), 10)}`
  return start + (load.stable ? cells(columns, load) : `  ${paint.red('unstable')}`)
}
