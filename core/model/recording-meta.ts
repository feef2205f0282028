/** The recording's own description, beside its journals. */
export const META_FILE = 'meta.json'

export type RecordingMeta = {
  readonly formatVersion: number
  readonly id: string
  readonly tool: { readonly name: string; readonly version: string }
  /** ISO 8601 wall clock at time 0 of the recording. */
  readonly startedAt: string
  readonly durationMs: number
  readonly command: readonly string[] | null
  readonly service: {
    readonly name: string | null
    /** 'node' when an agent recorded from inside; 'outside' when only the client and the samplers saw it. */
    readonly observed: 'node' | 'outside'
    readonly runtime: string | null
  }
  readonly host: HostInfo | null
  readonly gpus: readonly GpuInfo[]
  readonly clock: { readonly monotonicOriginMs: number; readonly wallClockOriginMs: number }
  readonly sla: Sla | null
  readonly load: LoadInfo | null
  /** Of a recording that sent nothing, of the traffic of others: which of it counts; null or absent = all that was seen. */
  readonly ownTraffic?: OwnTraffic | null
  /** Pipeline configuration: maxBatch, maxWaitMs, workers, device ..., each with where the value came from. */
  readonly pipeline: Readonly<Record<string, Sourced>>
  readonly processes: readonly ProcessInfo[]
}

export type Sourced = {
  readonly value: string | number | boolean
  readonly source: 'declared' | 'observed' | 'default'
}

/** p95 target in ms and the tolerated error fraction (0..1); null = no target. Other percentiles: `percentiles`. */
export type Sla = {
  readonly p95Ms: number | null
  readonly errorRate: number | null
  /** Every target on the latency of whole answers, e.g. [{percentile: 0.95, limitMs: 120}]. */
  readonly percentiles: readonly PercentileLimit[]
  /** Those on the time to the first byte (TTFT); absent without one. */
  readonly ttft?: readonly PercentileLimit[]
}

type PercentileLimit = { readonly percentile: number; readonly limitMs: number }

export type HostInfo = {
  readonly os: string
  readonly arch: string
  readonly kernel: string
  readonly cpuModel: string
  readonly cores: number
  readonly memoryBytes: number
  readonly cgroup: { readonly cpuLimitCores: number | null; readonly memoryLimitBytes: number | null }
}

export type GpuInfo = {
  readonly name: string
  readonly memoryBytes: number | null
  readonly driver: string | null
  readonly simulated: boolean
}

export type ProcessInfo = {
  readonly pid: number
  /** Who started it; absent in recordings of before. */
  readonly parentPid?: number
  readonly title: string
  readonly runtime: string
}

/** What is known beside the requests of a service, whoever sends them. */
export type Expectations = {
  /** The highest rate that the service shall carry in production, requests a second, as its owner said it. */
  readonly expectedPeakRps?: number | null
  /** The readiness URL that answered 2xx before the first request, and how long after the start; null = none was asked. */
  readonly readiness?: { readonly url: string; readonly afterMs: number } | null
}

export type OwnTraffic = Expectations & {
  /** Requests for this path count; '/' = for any. */
  readonly path: string
  /** With this method; null = with any. */
  readonly method: string | null
  /** Requests that began within count, in recording time. */
  readonly fromMs: number
  readonly toMs: number
}

export type LoadInfo = Expectations & {
  readonly url: string
  readonly method: string
  /** Open loop: `rate` requests a second arrive whatever the service does. */
  readonly loop: 'open' | 'closed'
  readonly arrivals: 'poisson' | 'constant' | 'trace'
  readonly rate: number
  readonly seed: number
  /** Of the last requests, where they changed. */
  readonly bodyBytes: number
  readonly warmupMs: number
  /** The measured window, in recording time. */
  readonly measuredFromMs: number
  readonly measuredToMs: number
  /** Requests the client sent in the measured window. */
  readonly sent: number
  readonly sendLagP99Ms: number
  readonly sendLagMaxMs: number
  /** Set when the client could not keep up, so that no verdict may rest on this run. */
  readonly void: { readonly reason: string } | null
  /** True when client and server timestamps share one monotonic clock (same host). */
  readonly sharedClock: boolean
}
