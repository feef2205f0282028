import { formatCount, formatMs, formatPercent, plural } from '../../core/model/quantity.js'
import type { InstanceLoad, InstancesPlan } from '../../core/sim/plan/instances.js'
import { padEnd, padStart, WIDTH, wrap } from './layout.js'
import type { Paint } from './paint.js'
import { warningLines } from './warning-lines.js'

/** What one instance carries, how many the load needs, and the latency at each utilization. */
export function showInstancesPlan(plan: InstancesPlan, paint: Paint): string {
  const { question, simulated } = plan
  const { atRate, oneLost, planned } = simulated
  const shown: [string, InstanceLoad][] = [['as planned', planned]]
  if (atRate !== null) shown.push(['at the rate', atRate])
  if (oneLost !== null) shown.push(['one instance lost', oneLost])
  const sla = question.slaP95Ms
  const lines = [
    paint.bold(instancesVerdict(plan)),
    '',
    ...instancesArithmetic(plan).map((line) => `  ${line}`),
    '',
    paint.dim(`  simulated, one instance${' '.repeat(6)}requests/s  utilized       p50       p95       p99`),
    ...shown.map(([name, load]) => loadRow(name, load, sla, paint)),
    ...simulated.curve.map((load) => loadRow('', load, sla, paint)),
    '',
    ...plan.assumptions.map((text) => `  ${wrap(`assumed: ${text}`, WIDTH - 2, '    ')}`),
    ...warningLines(plan.warnings, paint),
  ]
  return `${lines.join('\n')}\n`
}

/** The answer in one sentence. */
export function instancesVerdict({ fleet, question, rpsPerInstance, fullRps }: InstancesPlan): string {
  if (fleet === null) {
    const share = formatPercent(question.utilization)
    return wrap(
      `One instance: ${formatCount(fullRps)} requests/s at most, ${formatCount(rpsPerInstance)} at ${share} utilization.`,
      WIDTH,
    )
  }
  return wrap(
    `${plural(fleet.instances, 'instance')} of ${formatCount(rpsPerInstance)} requests/s each for ` +
      `${formatCount(fleet.targetRps)} requests/s.`,
    WIDTH,
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

function loadRow(name: string, load: InstanceLoad, slaP95Ms: number | null, paint: Paint): string {
  const start = `  ${padEnd(name, 29)}${padStart(formatCount(load.rate), 10)}${padStart(formatPercent(load.utilization), 10)}`
  if (!load.stable) return `${start}  ${paint.red('unstable: the queue grows without bound')}`
  const late = slaP95Ms !== null && load.p95Ms > slaP95Ms
  const times = [load.p50Ms, load.p95Ms, load.p99Ms].map(formatMs)
  const painted = times.map((time, i) => (i === 1 && late ? paint.red(time) : time))
  return start + painted.map((time) => padStart(time, 10)).join('')
}
