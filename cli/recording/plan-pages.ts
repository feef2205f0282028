import { drawCharts } from '../../core/charts/index.js'
import type { LinePoint, PlanPage } from '../../core/model/charts.js'
import { formatCount, formatMs } from '../../core/model/quantity.js'
import type { AutoscalePlan } from '../../core/sim/plan/autoscale.js'
import type { BatchPlan } from '../../core/sim/plan/batch.js'
import { recordBatchOption } from '../../core/sim/plan/batch-recording.js'
import type { InstancesPlan } from '../../core/sim/plan/instances.js'
import type { LittlesLaw } from '../../core/sim/plan/littles-law.js'
import { renderPlan } from '../../viz/index.js'
import { autoscaleArithmetic, autoscaleVerdict } from '../terminal/autoscale-plan-view.js'
import { batchVerdict } from '../terminal/batch-plan-view.js'
import { instancesArithmetic, instancesVerdict } from '../terminal/instances-plan-view.js'
import { toolVersion } from '../tool.js'

const MS = 'ms'
const tool = () => ({ name: 'infer-diag', version: toolVersion() })
const limitOf = (p95Ms: number | null) => (p95Ms === null ? null : { label: 'SLA', value: p95Ms })

/** p95 over batch size, a line for each wait; and a simulated recording of the setting that was chosen. */
export function batchPage(plan: BatchPlan): string {
  const { question, options } = plan
  const chosen = plan.recommended ?? plan.fastest
  const page: PlanPage = {
    title: 'plan batch',
    verdict: batchVerdict(plan),
    lines: [
      `service_time(b) = ${formatMs(question.overheadMs)} + ${formatMs(question.perItemMs)} x b, ${formatCount(question.rate)} requests/s (Poisson)`,
    ],
    charts: [
      {
        id: 'p95',
        title: 'p95 over batch size and wait',
        howToRead: 'One line for each max_wait. A line begins where the load becomes stable: before, there is no p95.',
        chart: {
          x: { label: 'max_batch', unit: 'count' },
          y: { label: 'simulated p95', unit: MS },
          limit: limitOf(question.slaP95Ms),
          series: question.maxWaitsMs.map((maxWaitMs) => ({
            label: `max_wait ${formatMs(maxWaitMs)}`,
            points: options
              .filter((option) => option.maxWaitMs === maxWaitMs)
              .map((option): LinePoint => ({ x: option.maxBatch, y: option.simulatedP95Ms })),
          })),
        },
      },
    ],
    warnings: plan.warnings,
    tool: tool(),
  }
  if (chosen === null) return renderPlan({ page, simulated: null })
  const recording = recordBatchOption(question, chosen, tool(), new Date().toISOString())
  const setting = `max_batch ${chosen.maxBatch} and max_wait ${formatMs(chosen.maxWaitMs)}`
  return renderPlan({ page, simulated: { setting, charts: drawCharts(recording) } })
}

/** Percentiles over the rate of one instance. */
export function instancesPage(plan: InstancesPlan): string {
  const series = (['p50Ms', 'p95Ms', 'p99Ms'] as const).map((key) => ({
    label: key.slice(0, 3),
    points: plan.simulated.curve.map((load): LinePoint => ({ x: load.rate, y: load.stable ? load[key] : null })),
  }))
  const page: PlanPage = {
    title: 'plan instances',
    verdict: instancesVerdict(plan),
    lines: [...instancesArithmetic(plan), ...plan.assumptions.map((text) => `assumed: ${text}`)],
    charts: [
      {
        id: 'latency',
        title: 'Latency over the rate of one instance',
        howToRead: `All servers are busy at ${formatCount(plan.fullRps)} requests/s; beyond there is no steady latency.`,
        chart: {
          x: { label: 'requests/s', unit: 'count' },
          y: { label: 'simulated latency', unit: MS },
          limit: limitOf(plan.question.slaP95Ms),
          series,
        },
      },
    ],
    warnings: plan.warnings,
    tool: tool(),
  }
  return renderPlan({ page, simulated: null })
}

/** Second by second through the spike. */
export function autoscalePage(plan: AutoscalePlan): string {
  const shown = [
    ...plan.cases.map(({ id, signal, outcome }) => ({ label: `${id}, ${signal}`, outcome })),
    ...plan.signals
      .filter(({ signal }) => signal === 'cpu' && plan.question.signal !== 'cpu')
      .map(({ outcome }) => ({ label: 'pre-warmed, cpu', outcome })),
  ]
  const chart = (id: string, title: string, unit: string, column: 'p95Ms' | 'errorRate' | 'readyInstances') => ({
    id,
    title,
    howToRead:
      column === 'p95Ms'
        ? 'The spike begins at 60 s. A line at the upper edge is further up: clients give up.'
        : 'The spike begins at 60 s.',
    chart: {
      x: { label: 'time', unit: 's' },
      y: { label: title, unit },
      limit: column === 'p95Ms' ? limitOf(plan.goodP95Ms) : null,
      series: shown.map(({ label, outcome }) => ({
        label,
        points: outcome.series[column].map((y, step): LinePoint => ({ x: (step * outcome.series.stepMs) / 1000, y })),
      })),
    },
  })
  const page: PlanPage = {
    title: 'plan autoscale',
    verdict: autoscaleVerdict(plan),
    lines: [...autoscaleArithmetic(plan), ...plan.assumptions.map((text) => `assumed: ${text}`)],
    charts: [
      chart('p95', 'p95 of each second', MS, 'p95Ms'),
      chart('errors', 'requests without an answer in time', 'fraction', 'errorRate'),
      chart('instances', 'instances ready', 'count', 'readyInstances'),
    ],
    warnings: plan.warnings,
    tool: tool(),
  }
  return renderPlan({ page, simulated: null })
}

/** Requests in flight over the rate at the mean latency. */
export function littlesLawPage(law: LittlesLaw, text: string): string {
  const points = [0, 0.5, 1, 1.5, 2].map(
    (times): LinePoint => ({
      x: times * law.rate,
      y: (times * law.rate * law.latencyMs) / 1000,
    }),
  )
  const page: PlanPage = {
    title: 'plan littles-law',
    verdict: text.split('\n')[0]!,
    lines: ['L = lambda x W: exact for means in any stable system'],
    charts: [
      {
        id: 'in-flight',
        title: 'In flight over the rate',
        howToRead: `At a mean latency of ${formatMs(law.latencyMs)}, should it stay the same.`,
        chart: {
          x: { label: 'requests/s', unit: 'count' },
          y: { label: 'in flight', unit: 'count' },
          limit: { label: 'asked', value: law.inFlight },
          series: [{ label: 'in flight', points }],
        },
      },
    ],
    warnings: [],
    tool: tool(),
  }
  return renderPlan({ page, simulated: null })
}
