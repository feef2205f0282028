import type { Evidence } from './evidence.js'
import type { GpuInfo, HostInfo, Sla, Sourced } from './recording-meta.js'
import type { SlaTarget } from './sla-targets.js'
import type { Verification } from './verification.js'

export const DIAGNOSIS_VERSION = 1

/** The answer to "what holds p95 back", as plain JSON. The shape is a contract: extend it, never break it. */
export type Diagnosis = {
  readonly formatVersion: number
  readonly tool: { readonly name: string; readonly version: string }
  readonly recording: {
    readonly id: string
    readonly startedAt: string
    readonly durationMs: number
    readonly requests: number
    readonly gaps: readonly { readonly kind: string; readonly count: number; readonly reason: string }[]
  }
  readonly environment: {
    readonly host: HostInfo | null
    readonly gpus: readonly GpuInfo[]
    readonly service: string | null
    readonly runtime: string | null
    readonly observed: 'node' | 'outside'
    readonly command: readonly string[] | null
    readonly load: {
      readonly url: string
      readonly method: string
      readonly rate: number
      readonly arrivals: string
      readonly bodyBytes: number
      readonly warmupMs: number
    } | null
  }
  readonly pipeline: Readonly<Record<string, Sourced>>
  readonly sla: Sla | null
  /** null when there is no SLA, or the quality checks do not allow a verdict. */
  readonly slaMet: boolean | null
  /** The latency targets of the SLA, each judged by the requests alone: `slaMet` weighs the quality of the data as well. */
  readonly targets: readonly TargetResult[]
  readonly endToEnd: EndToEnd
  /** Requests sent before the measured window; reported apart. null when there was no warm-up. */
  readonly warmUp: { readonly requests: number; readonly p50Ms: number | null; readonly p95Ms: number | null } | null
  readonly stages: readonly StageSummary[]
  readonly resources: Resources
  /** Id of the first finding of medium or higher confidence, or null when there is none. */
  readonly culprit: string | null
  /** One sentence with the numbers. */
  readonly headline: string
  /** Low confidence last, then by p95 cost; a symptom comes right after the finding that explains it. */
  readonly findings: readonly Finding[]
  readonly notFired: readonly NotFired[]
  readonly quality: readonly QualityCheck[]
  readonly checklist: readonly ChecklistItem[]
  /** What the predictions of `fixes` rest on, or why there are none; null when no finding has a fix to predict. */
  readonly predictions: Predictions | null
  /** Present when `demo` made the best changes for real and measured again. */
  readonly verification?: Verification
}

export type TargetResult = SlaTarget & {
  /** null: not measured, or too few requests. */
  readonly measuredMs: number | null
  readonly met: boolean | null
  /** Why `met` is null; else null. */
  readonly reason: string | null
}

/** All in ms unless named otherwise; null = too few requests to know. */
export type EndToEnd = {
  readonly requests: number
  readonly throughputRps: number | null
  readonly errorRate: number | null
  readonly meanMs: number | null
  readonly p50Ms: number | null
  readonly p90Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
  /** Until the first byte of the answer's body was with the client; where no client saw it, until the service wrote it. */
  readonly firstByteP50Ms: number | null
  readonly firstByteP95Ms: number | null
  /** From there to the last byte: hardly anything, unless the answer comes in parts. */
  readonly streamP50Ms: number | null
  readonly streamP95Ms: number | null
  /** 95 % binomial interval of the p95. */
  readonly p95IntervalMs: readonly [number, number] | null
}

/** An answer whose first byte comes this much before its last is sent in parts. */
const IN_PARTS = 0.9

/** Whether answers come in parts, so that their first byte is a figure of its own (time to the first token of a language model). */
export function streams({ p50Ms, firstByteP50Ms }: EndToEnd): boolean {
  return p50Ms !== null && firstByteP50Ms !== null && firstByteP50Ms < IN_PARTS * p50Ms
}

export type StageSummary = {
  readonly id: string
  /** 'stage': measured; 'derived': event-loop-wait, connection, unattributed; 'container': handler, which holds others. */
  readonly kind: 'stage' | 'derived' | 'container'
  readonly requests: number
  /** Exclusive time per request. For a container, its whole duration. */
  readonly meanMs: number
  readonly p50Ms: number
  readonly p90Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  /** Mean CPU per request in this stage; null = not measured. */
  readonly cpuMs: number | null
  /** Share of the latency of the requests near the end-to-end p95 (0..1); null for a container. */
  readonly tailShare: number | null
}

/** Fractions are 0..1; null = not measured. */
export type Resources = {
  readonly eventLoopUtilization: number | null
  /** Cores used by the service's processes. */
  readonly processCpu: number | null
  readonly hostCpu: number | null
  /** The busiest thread of the service. */
  readonly hottestThread: { readonly name: string; readonly busyFraction: number } | null
  readonly gpuUtilization: number | null
  /** True when gpuUtilization or deviceBusyFraction come from the simulated accelerator. */
  readonly deviceSimulated: boolean
  /** Fraction of the measured window in which a batch was running, from batch start and end times. */
  readonly deviceBusyFraction: number | null
  readonly batchFullness: number | null
  readonly meanBatch: number | null
  readonly maxBatch: number | null
  readonly meanQueueDepth: number | null
  readonly meanInFlight: number | null
  /** Of the event loops that answer requests. */
  readonly gcFraction: number | null
  readonly rssPeakBytes: number | null
}

export type Confidence = 'low' | 'medium' | 'high'

export type Finding = {
  readonly id: string
  readonly title: string
  /** The sentence a colleague would say, with the numbers. */
  readonly summary: string
  readonly stage: string | null
  readonly confidence: Confidence
  /** How much of the p95 would go with the fault. */
  readonly costMs: { readonly p95: number; readonly interval: readonly [number, number] | null }
  /** How costMs was estimated: 'removal: ...' (what the fault adds to each request, subtracted) or 'simulated: ...'. */
  readonly costMethod: string
  readonly evidence: readonly Evidence[]
  readonly fixes: readonly Fix[]
  readonly docs: string
}

export type Fix = {
  /** What to do, for a person. */
  readonly title: string
  /** In the change grammar, e.g. 'stage.deserialize=0.1x'; null when it cannot be expressed. */
  readonly change: string | null
  readonly predictedP95Ms: number | null
  /** 95 % interval for the p95 of another run. */
  readonly intervalMs: readonly [number, number] | null
  /** What the prediction takes for granted. */
  readonly assumptions?: readonly string[]
  /** The change leads outside of what was recorded. */
  readonly extrapolated?: boolean
  /** Why this fix has no prediction though others have. */
  readonly unpredicted?: string
}

export type Predictions =
  | { readonly withheld: string }
  | {
      /** p95 of the unchanged service, replayed. */
      readonly simulatedP95Ms: number
      /** Simulated / measured - 1. */
      readonly calibrationErrorP95: number
      /** Long recordings are replayed in part. */
      readonly replayedRequests: number
    }

export type NotFired = {
  readonly id: string
  readonly verdict: 'clear' | 'not-enough-data' | 'not-measured' | 'broken'
  readonly reason: string
}

export type QualityCheck = {
  readonly id: string
  /** null = could not be checked; `reason` says why. */
  readonly ok: boolean | null
  readonly measured: string
  readonly expected: string
  readonly reason: string
}

export type ChecklistItem = {
  readonly id: string
  readonly title: string
  readonly status: 'pass' | 'fail' | 'unknown'
  readonly evidence: string
}
