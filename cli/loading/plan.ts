import type { Sla } from '../../core/model/recording-meta.js'
import type { RequestPlan, ServicePlan } from '../recording/plan.js'

/** Everything that `load` needs, checked before anything is started. */
export type LoadPlan = {
  /** Absolute path of an empty directory. */
  readonly directory: string
  readonly service: ServicePlan
  readonly request: RequestPlan
  readonly task: LoadTask
  readonly sla: Sla | null
  readonly peakRps: number | null
  /** Of everything but the ramp, whose levels are warmed up as long as their SLA needs. */
  readonly warmupMs: number
  readonly seed: number
  /** A request without an answer by then counts as failed. */
  readonly timeoutMs: number
  readonly writeReport: boolean
  /** Fail when the expected peak does not pass. */
  readonly check: boolean
}

export type LoadTask =
  | {
      readonly kind: 'ramp'
      readonly arrivals: 'poisson' | 'constant'
      /** Null: chosen by how fast single requests are answered. */
      readonly startRps: number | null
      readonly maxRps: number
      readonly precision: number
    }
  | {
      readonly kind: 'steps'
      readonly arrivals: 'poisson' | 'constant'
      readonly rates: readonly number[]
      readonly durationMs: number
    }
  | {
      readonly kind: 'spike'
      readonly rate: number
      readonly factor: number
      readonly spikeMs: number
      /** Before the spike, and after it. */
      readonly sideMs: number
    }
  | {
      readonly kind: 'soak'
      readonly arrivals: 'poisson' | 'constant'
      readonly rate: number
      readonly durationMs: number
    }
  | { readonly kind: 'trace'; readonly trace: Float64Array }
  | { readonly kind: 'closed'; readonly concurrency: number; readonly durationMs: number }
