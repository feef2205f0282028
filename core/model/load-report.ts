import type { Constraint, Knee, LevelTarget, LevelVoid } from './load-level.js'
import type { Sla } from './recording-meta.js'
import type { TargetName } from './sla-targets.js'

/** What `infer-diag load` found out: its JSON, and what its report is drawn from. */
export type LoadReport = {
  readonly formatVersion: 1
  readonly tool: { readonly name: string; readonly version: string }
  readonly startedAt: string
  readonly mode: LoadMode
  /** In a closed loop clients wait for their answers, which flatters latency: it can show no knee. */
  readonly loop: 'open' | 'closed'
  readonly arrivals: 'poisson' | 'constant' | 'trace' | 'closed-loop'
  readonly url: string
  readonly method: string
  readonly bodyBytes: number
  readonly sla: Sla | null
  readonly levels: readonly LevelReport[]
  /** Null where no knee was looked for. */
  readonly knee: Knee | null
  readonly maxPassingRps: number | null
  readonly firstFailingRps: number | null
  readonly bindingConstraint: Constraint | null
  /** Three quarters of the knee, and 70 to 80 % of it; null without one. */
  readonly safeRps: number | null
  readonly safeRangeRps: readonly [number, number] | null
  readonly peakRps: number | null
  /** Share of the highest passing rate that the expected peak leaves free; negative: the peak is beyond it; null: unknown. */
  readonly headroom: number | null
  /** Spike: from its end until requests were in time again; null = not within the run, or no spike. */
  readonly recoveryMs: number | null
  /** What else there is to say, one sentence each. */
  readonly notes: readonly string[]
}

export type LoadMode = 'ramp' | 'steps' | 'spike' | 'soak' | 'trace' | 'closed-loop'

export type LevelReport = {
  /** What this part of the load was: "spike", "minute 3"; null on a ramp. */
  readonly label: string | null
  readonly rate: number
  readonly offeredRps: number
  readonly throughputRps: number
  /** Null when unstable, or when there were too few requests. */
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
  readonly stable: boolean
  readonly unstableReason: string | null
  readonly slaMet: boolean | null
  readonly constraint: Constraint | null
  /** Share of requests not answered well within the first latency target. */
  readonly lateFraction: number | null
  /** What was measured of the percentile of each latency target; null when unstable, or when there were too few requests. */
  readonly targets: readonly Pick<LevelTarget, 'name' | 'until' | 'limitMs' | 'measuredMs'>[]
  readonly requests: number
  readonly errors: number
  readonly clientLagP99Ms: number | null
  readonly void: LevelVoid | null
  readonly durationMs: number
  readonly seed: number
  /** Of the recording that belongs to it; null where the service was not started here. */
  readonly resources: LevelResources | null
  /** Directory of its recording, beside the report. */
  readonly recording: string | null
}

/** What a level measured of the percentile of a target; null when unstable, or too few. */
export function measuredMsOf({ targets }: LevelReport, name: TargetName): number | null {
  return targets.find((target) => target.name === name)?.measuredMs ?? null
}

/** Means over the level; null = not measured. */
export type LevelResources = {
  readonly eventLoopUtilization: number | null
  readonly deviceBusyFraction: number | null
  /** Cores used by the service's process tree. */
  readonly processCpuCores: number | null
  readonly batchFullness: number | null
  readonly meanBatch: number | null
}
