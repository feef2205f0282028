import type { Outcome } from './recording.js'
import type { SlaTarget, TargetName } from './sla-targets.js'

/** What makes a level fail: a latency target of the SLA by its name (`p95`, `ttft.p95`), errors, or the client itself. */
export type Constraint = TargetName | 'errors' | 'client'

/** One rate, held for a while, and what came of it. */
export type Level = {
  /** Requests a second asked for. */
  readonly rate: number
  /** Requests a second that the schedule really held in the measured window: chance makes it differ a little. */
  readonly offeredRps: number
  /** Requests answered well a second, in the measured window. */
  readonly throughputRps: number
  /** From the scheduled time, in the measured window; null when unstable, since there is no percentile then, or too few. */
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
  /** By latency target, in the order of the targets. */
  readonly targets: readonly LevelTarget[]
  /** Requests due in the measured window, and those that failed. */
  readonly requests: number
  readonly errors: number
  readonly stability: Stability
  /** Null: the level is void. */
  readonly slaMet: boolean | null
  /** What it fails by; null when it passes. */
  readonly constraint: Constraint | null
  /** It was so clear that it was cut short. */
  readonly cutShort: boolean
  readonly clientLagP99Ms: number
  /** Why nothing may be concluded from it; null = it may. */
  readonly void: LevelVoid | null
  readonly seed: number
  readonly warmupMs: number
  readonly durationMs: number
  /** Monotonic (`process.hrtime`). */
  readonly measuredFromMs: number
  readonly measuredToMs: number
}

/** How a level stands against one latency target. */
export type LevelTarget = Pick<SlaTarget, 'name' | 'until' | 'limitMs'> & {
  /** What was measured of its percentile; null when unstable, or too few. */
  readonly measuredMs: number | null
  /** Share of the requests that were not answered well within the target; NaN = too few. */
  readonly lateFraction: number
  /** Standard error of `lateFraction`, from the spread over consecutive blocks. */
  readonly lateStandardError: number
}

export type Stability =
  | { readonly kind: 'stable' }
  /** Requests came faster than they were answered, or the figures had not settled: a percentile would mean nothing. */
  | { readonly kind: 'unstable'; readonly reason: string }

/**
 * Why a load proves nothing. `client-bound`: the load generator could not keep up, so the figures are its own; `overloaded`: the
 * service left more unanswered than the load generator can hold.
 */
export type LevelVoid = {
  readonly cause: 'nothing-measured' | 'all-failed' | 'client-bound' | 'overloaded'
  readonly reason: string
  /** Everything was sent, only late: what passes all the same, counted from the schedule, passes. */
  readonly onlyLate?: true
  /** The error code with which this machine, not the service, refused to open connections. */
  readonly refused?: string
  /** Of requests that all failed: what became of most of them. */
  readonly mostly?: Outcome
}

/** Where the SLA breaks. */
export type Knee =
  /** Latency crosses its limit: the rate at which it does, with a 95 % interval. */
  | { readonly kind: 'point'; readonly rps: number; readonly intervalRps: readonly [number, number] }
  /** Something gives way between two rates, so that no rate between them can be named. */
  | { readonly kind: 'cliff'; readonly intervalRps: readonly [number, number] }
  /** Every rate passed, up to the highest that was tried. */
  | { readonly kind: 'not-reached'; readonly triedRps: number }
  /** No rate passed, down to the lowest that was tried. */
  | { readonly kind: 'none-passes'; readonly triedRps: number }
