import { formatCount, formatMs, formatPercent, plural } from '../../core/model/quantity.js'
import type { AutoscaleCase, AutoscalePlan } from '../../core/sim/plan/autoscale.js'
import { padEnd, padStart, WIDTH, wrap } from './layout.js'
import type { Paint } from './paint.js'
import { warningLines } from './warning-lines.js'

/** What the spike does with cold, gated and spare instances, and by each signal. */
export function showAutoscalePlan(plan: AutoscalePlan, paint: Paint): string {
  const heading = (name: string) =>
    paint.dim(`  ${padEnd(name, 36)}${['errors', 'p50', 'p95', 'recovers'].map((cell) => padStart(cell, 10)).join('')}`)
  const names = new Map([
    ['cold', 'requests before it is ready'],
    ['pre-warmed', 'pre-warmed, gated by readiness'],
    ['warm-spares', `gated, ${plan.warmInstances.count} warm from the start`],
  ])
  const lines = [
    paint.bold(autoscaleVerdict(plan)),
    '',
    ...autoscaleArithmetic(plan).map((line) => `  ${wrap(line, WIDTH - 2, '    ')}`),
    '',
    heading(`simulated spike, ${plan.question.signal} signal`),
    ...plan.cases.map((one) => caseRow(names.get(one.id)!, one, plan, paint)),
    '',
    heading('pre-warmed, by signal'),
    ...plan.signals.map((one) => caseRow(`${one.signal}, ${asked(one)}`, one, plan, paint)),
    '',
    paint.dim(`  CPU that ${plural(plan.approximation.instancesBefore, 'instance')} show by load over their capacity`),
    `  ${plan.cpuAtOverload.map(({ overload, cpu }) => `${overload}x: ${formatPercent(cpu)}`).join('    ')}`,
    '',
    ...plan.assumptions.map((text) => `  ${wrap(`assumed: ${text}`, WIDTH - 2, '    ')}`),
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
  const text = slaMet
    ? `${alone}; ${warm} keep p95 within ${formatMs(goodP95Ms)}.`
    : `${alone}; ${warm} do not keep p95 within ${formatMs(goodP95Ms)} either.`
  return wrap(text, WIDTH)
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

function caseRow(name: string, { outcome }: AutoscaleCase, plan: AutoscalePlan, paint: Paint): string {
  const { errorRate, p50Ms, p95Ms, recoveredMs } = outcome
  // One that failed counts with the timeout, so that this is a floor.
  const p95 = padStart(p95Ms >= plan.question.timeoutMs ? `>= ${formatMs(p95Ms)}` : formatMs(p95Ms), 10)
  const errors = padStart(formatPercent(errorRate), 10)
  const recovered = recoveredMs === null ? 'never' : recoveredMs === 0 ? 'at once' : `in ${formatMs(recoveredMs)}`
  return `  ${padEnd(name, 36)}${errorRate > 0.001 ? paint.red(errors) : errors}${padStart(formatMs(p50Ms), 10)}${
    p95Ms > plan.goodP95Ms ? paint.red(p95) : p95
  }${padStart(recovered, 10)}`
}
