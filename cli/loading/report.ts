import type { Level } from '../../core/model/load-level.js'
import type { LevelReport, LevelResources, LoadReport } from '../../core/model/load-report.js'
import { concludeLoad } from '../../load/index.js'
import { toolVersion } from '../tool.js'
import type { LoadPlan } from './plan.js'
import type { LabelledLevel, TaskResult } from './task.js'

/** Of one level: what its recording says, and where it is. */
export type RecordedLevel = { readonly level: Level; readonly resources: LevelResources; readonly recording: string }

const NO_TARGET = 'no target, so that nothing passes or fails: give --sla p95=120ms'

/** The result in the shape that scripts and the report read. */
export function loadReport(
  plan: LoadPlan,
  result: TaskResult,
  startedAt: string,
  recorded: readonly RecordedLevel[],
): LoadReport {
  const { request, task, sla, peakRps } = plan
  return {
    formatVersion: 1,
    tool: { name: 'infer-diag', version: toolVersion() },
    startedAt,
    mode: result.mode,
    loop: task.kind === 'closed' ? 'closed' : 'open',
    arrivals: arrivalsOf(plan),
    url: request.url.href,
    method: request.method,
    bodyBytes: request.body?.length ?? 0,
    sla,
    levels: result.levels.map((level) => levelReport(level, recorded)),
    ...concludeLoad(result, peakRps),
    peakRps,
    recoveryMs: result.recoveryMs,
    notes: [...result.notes, ...(sla === null ? [NO_TARGET] : [])],
  }
}

function arrivalsOf({ task }: LoadPlan): LoadReport['arrivals'] {
  if (task.kind === 'closed') return 'closed-loop'
  if (task.kind === 'trace') return 'trace'
  return task.kind === 'spike' ? 'poisson' : task.arrivals
}

function levelReport(level: LabelledLevel, recorded: readonly RecordedLevel[]): LevelReport {
  const own = recorded.find(({ level: { measuredFromMs } }) => measuredFromMs === level.measuredFromMs)
  return {
    label: level.label,
    rate: level.rate,
    offeredRps: level.offeredRps,
    throughputRps: level.throughputRps,
    p50Ms: level.p50Ms,
    p95Ms: level.p95Ms,
    p99Ms: level.p99Ms,
    stable: level.stability.kind === 'stable',
    unstableReason: level.stability.kind === 'stable' ? null : level.stability.reason,
    slaMet: level.slaMet,
    constraint: level.constraint,
    lateFraction: level.targets[0]?.lateFraction ?? null,
    targets: level.targets.map(({ name, until, limitMs, measuredMs }) => ({ name, until, limitMs, measuredMs })),
    requests: level.requests,
    errors: level.errors,
    clientLagP99Ms: Number.isFinite(level.clientLagP99Ms) ? level.clientLagP99Ms : null,
    void: level.void,
    durationMs: level.durationMs,
    seed: level.seed,
    resources: own?.resources ?? null,
    recording: own?.recording ?? null,
  }
}
