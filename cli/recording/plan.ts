import type { Recording } from '../../core/model/recording.js'
import type { Sla } from '../../core/model/recording-meta.js'
import type { OpenArrivals } from '../../load/index.js'
import type { ProfileStart } from './agent-environment.js'

/** Everything that a recording needs, checked before anything is started. */
export type RecordPlan = {
  /** Absolute path of an empty directory. */
  readonly directory: string
  readonly service: ServicePlan
  readonly request: Omit<RequestPlan, 'body'> & {
    /** A function chooses it by loading the service, when that is ready and before the load begins; it throws the signal's reason. */
    readonly body: RequestPlan['body'] | ((signal: AbortSignal) => Promise<Buffer>)
  }
  readonly load: LoadPlan | OwnTrafficPlan
  readonly sla: Sla | null
  readonly writeReport: boolean
  /**
   * Shown the recording every few seconds while the load runs, and when the load's schedule began, in its time.
   */
  readonly watch?: (soFar: Recording, loadFromMs: number) => Watched | null
}

/** What requests carry from now on, null = as before; and why the recording will be useless, which ends it, null = it will not. */
export type Watched = { readonly body: Buffer | null; readonly useless: string | null }

/** A service that we start, or one that already runs. */
export type ServicePlan =
  | {
      readonly kind: 'start'
      readonly command: readonly string[]
      /** Added to our own environment. */
      readonly env: Readonly<Record<string, string>>
      readonly readyUrl: URL | null
      readonly readyTimeoutMs: number
      readonly profile: ProfileStart
    }
  | {
      readonly kind: 'running'
      readonly readyUrl: URL | null
      readonly readyTimeoutMs: number
      /** Bring the agent into the process that listens; null = watch it from outside. */
      readonly attach: { readonly profile: ProfileStart; readonly longestMs: number } | null
    }

export type RequestPlan = {
  readonly url: URL
  readonly method: string
  /** Lower-cased names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | null
  /** Accept a certificate that nobody vouches for. */
  readonly insecure: boolean
}

/** Nothing is sent: what others ask of the service is recorded. */
export type OwnTrafficPlan = {
  /** Only requests for the URL's path count, with this method where there is one. */
  readonly own: { readonly method: string | null }
  readonly expectedPeakRps: number | null
  /** From when the service is ready to when its requests count. */
  readonly warmupMs: number
  readonly durationMs: number
}

export type LoadPlan = {
  readonly arrivals: OpenArrivals
  /** Requests a second; of a trace, its mean. */
  readonly rate: number
  /** The highest rate that the service shall carry in production; null = not told. */
  readonly expectedPeakRps: number | null
  readonly warmupMs: number
  readonly durationMs: number
  readonly seed: number
  /** A request without an answer by then counts as failed. */
  readonly timeoutMs: number
}
