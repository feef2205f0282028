import type { EndToEnd } from './diagnosis.js'
import type { Verification } from './verification.js'

export const COMPARISON_VERSION = 1

/** What changed from one recording to another, as plain JSON. The shape is a contract: extend it, never break it. */
export type Comparison = {
  readonly formatVersion: number
  readonly before: ComparedRun
  readonly after: ComparedRun
  /** Configuration, host and load that are not the same in both: the candidates for the cause. */
  readonly differences: readonly Difference[]
  readonly verdict: ComparisonVerdict
  /** One sentence with the numbers. */
  readonly headline: string
  readonly endToEnd: readonly Delta[]
  readonly stages: readonly StageDelta[]
  /** Why `stages` is empty; null when it is not. */
  readonly stagesWithheld: string | null
  readonly method: ComparisonMethod
  /** Present when the changes in between were named: what was predicted of them, and measured. */
  readonly verification?: Verification
}

export type ComparedRun = {
  readonly id: string
  readonly tool: { readonly name: string; readonly version: string }
  readonly startedAt: string
  readonly durationMs: number
  readonly service: string | null
  readonly rate: number | null
  readonly endToEnd: EndToEnd | null
}

export type Difference = { readonly what: string; readonly before: string; readonly after: string }

export type ComparisonVerdict =
  | { readonly kind: 'better' | 'worse'; readonly because: readonly JudgedMetric[] }
  | { readonly kind: 'no-detectable-change' }
  | { readonly kind: 'not-comparable'; readonly reasons: readonly { readonly id: string; readonly reason: string }[] }

/** The figures that the verdict rests on; the others are shown beside it. */
export type JudgedMetric = 'p50Ms' | 'p95Ms' | 'errorRate'

export type DeltaMetric = JudgedMetric | FirstByteMetric | 'meanMs' | 'p90Ms' | 'p99Ms' | 'throughputRps'

/** Of answers that come in parts. */
export type FirstByteMetric = 'firstByteP50Ms' | 'firstByteP95Ms'

/** What people call the figures. */
export const METRIC_NAMES: Readonly<Record<DeltaMetric, string>> = {
  p50Ms: 'p50',
  p90Ms: 'p90',
  p95Ms: 'p95',
  p99Ms: 'p99',
  firstByteP50Ms: 'ttft.p50',
  firstByteP95Ms: 'ttft.p95',
  meanMs: 'mean',
  throughputRps: 'throughput',
  errorRate: 'errors',
}

/** One figure in both recordings. `before` and `after` are null when too few requests allow to know them. */
export type Delta = {
  readonly metric: DeltaMetric
  readonly unit: 'ms' | 'rps' | 'fraction'
  readonly before: number | null
  readonly after: number | null
  /** null where either side is unknown, or where the recordings are not comparable. */
  readonly change: Change | null
}

/** Exclusive time per request in one stage. The differences of the means sum to the difference of the mean latency. */
export type StageDelta = {
  readonly id: string
  readonly mean: Delta
  readonly p95: Delta
}

export type Change = {
  /** After less before, in the unit of the figure, with its interval at `method.confidence`. */
  readonly difference: number
  readonly interval: readonly [number, number]
  /** after / before; null when before is 0. */
  readonly ratio: number | null
  /** 'none': the interval holds 0, or the change is below the tolerance. */
  readonly direction: 'better' | 'worse' | 'none'
}

export type ComparisonMethod = {
  readonly name: 'circular block bootstrap'
  /** Of each interval: 95 % shared among the judged figures. */
  readonly confidence: number
  readonly blocks: number
  readonly replicates: number
  readonly seed: number
  /** Smaller changes decide nothing, however sure: relative for times and rates, absolute for the error rate. */
  readonly tolerance: { readonly relative: number; readonly errorRate: number }
}
