import { formatCount, formatMs, formatPercent, plural } from '../../core/model/quantity.js'
import type { AutoscaleCase, AutoscalePlan } from '../../core/sim/plan/autoscale.js'
import { type Column, cells, clip, fitting, flow, padEnd, titles, wrap } from './layout.js'
import type { Paint } from './paint.js'
import { warningLines } from './warning-lines.js'

const NAME_WIDTH = 36

/** What the spike does with cold, gated and spare instances, and by each signal. */
export function showAutoscalePlan(plan: AutoscalePlan, paint: Paint): string {
  const columns = fitting(columnsOf(plan, paint), paint.columns - 2 - NAME_WIDTH)
  const row = (name: string, text: string) => `  ${padEnd(clip(name, NAME_WIDTH), NAME_WIDTH)}${text}`
  const heading = (name: string) => paint.dim(row(name, titles(columns)))
  const names = new Map([
    ['cold', 'requests before it is ready'],
    ['pre-warmed', 'pre-warmed, gated by readiness'],
    ['warm-spares', `gated, ${plan.warmInstances.count} warm from the start`],
  ])
  const lines = [
    paint.bold(wrap(autoscaleVerdict(plan), paint.columns)),
    '',
    ...autoscaleArithmetic(plan).map((line) => `  ${wrap(line, paint.columns - 2, '    ')}`),
    '',
    heading(`simulated spike, ${plan.question.signal} signal`),
    ...plan.cases.map((one) => row(names.get(one.id)!, cells(columns, one))),
    '',
    heading('pre-warmed, by signal'),
    ...plan.signals.map((one) => row(`${one.signal}, ${asked(one)}`, cells(columns, one))),
    '',
    paint.dim(`  CPU that ${plural(plan.approximation.instancesBefore, 'instance')} show by load over their capacity`),
    `  ${flow(
      plan.cpuAtOverload.map(({ overload, cpu }) => `${overload}x: ${formatPercent(cpu)}`),
      paint.columns - 2,
      '  ',
    )}`,
    '',
    ...plan.assumptions.map((text) => `  ${wrap(`assumed: ${text}`, paint.columns - 2, '    ')}`),
    ...warningLines(plan.warnings, paint),
  ]
  return `${lines.join('\n')}\n`
}

export function autoscaleVerdict({ cases, warmInstances, slaMet, question, goodP95Ms }: AutoscalePlan): string {
  const scaled = cases[1]!.outcome
  const alone =
    scaled.errorRate > 0
      ? `Scaling on ${question.signal} alone fails ${formatPercent(scaled.errorRate)} of the spike`
      : `Scaling on ${question.signal} alone gives a p95 of ${formatMs(scaled.p95Ms)}`
  const warm = plural(warmInstances.count, 'warm instance')
  return slaMet
    ? `${alone}; ${warm} keep p95 within ${formatMs(goodP95Ms)}.`
    : `${alone}; ${warm} do not keep p95 within ${formatMs(goodP95Ms)} either.`
}

export function autoscaleArithmetic({ question, approximation }: AutoscalePlan): string[] {
  const { rate, spikeFactor, utilization, everyMs, coldStartMs } = question
  const { rpsPerInstance, instancesBefore, instancesInSpike, overload, reactionMs, backlog, waitMs } = approximation
  return [
    `per instance at ${formatPercent(utilization)} = ${formatCount(rpsPerInstance)} requests/s: ` +
      `${instancesBefore} for ${formatCount(rate)}/s, ${instancesInSpike} for the spike of ${formatCount(rate * spikeFactor)}/s`,
    `load / capacity in the spike = ${formatPercent(overload)}`,
    `reaction = look + cold start = ${formatMs(everyMs)} + ${formatMs(coldStartMs)} = ${formatMs(reactionMs)}`,
    `backlog by then = ${formatCount(backlog)} requests, the last waits ${formatMs(waitMs)} (timeout ${formatMs(question.timeoutMs)})`,
  ]
}

function asked({ outcome }: AutoscaleCase): string {
  const [first] = outcome.scaleUps
  return first === undefined
    ? 'adds none'
    : `adds ${first.added} first, ${outcome.instancesPeak - outcome.instancesBefore} in all`
}

const columnsOf = (plan: AutoscalePlan, paint: Paint): readonly Column<AutoscaleCase>[] => [
  {
    title: 'errors',
    width: 8,
    cell: ({ outcome: { errorRate } }) => {
      const errors = formatPercent(errorRate)
      return errorRate > 0.001 ? paint.red(errors) : errors
    },
  },
  { title: 'p50', width: 10, cell: ({ outcome }) => formatMs(outcome.p50Ms), yields: 1 },
  {
    title: 'p95',
    width: 10,
    cell: ({ outcome: { p95Ms } }) => {
      // One that failed counts with the timeout, so that this is a floor.
      const p95 = p95Ms >= plan.question.timeoutMs ? `>= ${formatMs(p95Ms)}` : formatMs(p95Ms)
      return p95Ms > plan.goodP95Ms ? paint.red(p95) : p95
    },
  },
  { title: 'recovers', width: 10, cell: ({ outcome: { recoveredMs } }) => recovery(recoveredMs), yields: 2 },
]

function recovery(recoveredMs: number | null): string {
  if (recoveredMs === null) return 'never'
  return recoveredMs === 0 ? 'at once' : `in ${formatMs(recoveredMs)}`
}
