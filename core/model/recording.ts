import type { Gap } from './gap.js'
import type { RecordingMeta } from './recording-meta.js'

/**
 * The recording in memory: a struct of typed arrays.
 *
 * Every time is milliseconds (f64) since `meta.clock.monotonicOriginMs`, on one monotonic clock. NaN means "not
 * measured", never 0. Table columns all have `count` valid rows; a column may be longer than `count`.
 */
export type Recording = {
  readonly meta: RecordingMeta
  readonly requests: RequestTable
  readonly spans: SpanTable
  readonly batches: BatchTable
  readonly samples: SampleTable
  readonly events: EventTable
  readonly profiles: readonly ProfileWindow[]
  readonly gaps: readonly Gap[]
  /** Names that the `stage` column of `spans` indexes. */
  readonly stages: readonly string[]
  /** "METHOD /path" names that the `route` column of `requests` indexes. */
  readonly routes: readonly string[]
  /** What the `thread` columns index. */
  readonly threads: readonly ThreadInfo[]
  /** What the `device` column of `batches` indexes. */
  readonly devices: readonly string[]
}

/** Canonical stages in the order a request passes them. Services add their own names beside them. */
export const CANONICAL_STAGES = [
  'network-in',
  'deserialize',
  'preprocess',
  'queue',
  'model',
  'postprocess',
  'serialize',
  'stream',
  'network-out',
] as const

/** From the first write of an answer that is sent in parts to its end. */
export const STREAM_STAGE = 'stream'
/** The container span of a request inside the service: from request start to `response.end()`. */
export const HANDLER_STAGE = 'handler'
/** Derived parts of a request's time that no span covers. */
export const LOOP_WAIT_STAGE = 'event-loop-wait'
export const UNATTRIBUTED_STAGE = 'unattributed'
/** What the change grammar calls time in no stage in which the loop does nothing for the request: something asynchronous. */
export const AWAITED = 'awaited'
/** Client side: from the scheduled send to the server seeing the request, less the wait for the event loop. */
export const CONNECT_STAGE = 'connection'

/** "No row" in the u32 columns `request` and `batch`. */
export const NO_ROW = 0xffff_ffff
/** "No entry" in the u16 index columns `route`, `thread`, `device`, `process`. */
export const NO_INDEX = 0xffff

export const OUTCOMES = [
  'ok',
  'http-error',
  'timeout',
  'refused',
  'reset',
  'aborted',
  /** The server answered, but no client record exists (requests the load did not send). */
  'unobserved',
] as const
export type Outcome = (typeof OUTCOMES)[number]

export const PHASES = ['measured', 'warm-up', 'other'] as const
export type Phase = (typeof PHASES)[number]

/** One row per request, joined from client and server where both saw it. */
export type RequestTable = {
  readonly count: number
  /** When the load schedule wanted it sent. Latency counts from here. NaN without a client record. */
  readonly scheduledMs: Float64Array
  readonly sentMs: Float64Array
  readonly firstByteMs: Float64Array
  readonly clientEndMs: Float64Array
  /** When the server's HTTP parser handed the request over. NaN when no agent saw it. */
  readonly serverStartMs: Float64Array
  /** When the response was handed to the operating system, or the request was aborted. */
  readonly serverEndMs: Float64Array
  /** HTTP status; 0 = none received. */
  readonly status: Uint16Array
  /** Index into OUTCOMES. */
  readonly outcome: Uint8Array
  /** Index into PHASES. */
  readonly phase: Uint8Array
  readonly bytesIn: Float64Array
  readonly bytesOut: Float64Array
  readonly route: Uint16Array
  /** Index into `meta.processes`; NO_INDEX when no agent saw it. */
  readonly process: Uint16Array
}

export const SPAN_SYNC = 1
export const SPAN_CONTAINER = 2
export const SPAN_ERROR = 4

/** One row per stage execution. Spans of one request may nest and overlap; facts resolve that to exclusive time. */
export type SpanTable = {
  readonly count: number
  /** Row in `requests`, or NO_ROW for work outside any request. */
  readonly request: Uint32Array
  readonly stage: Uint16Array
  readonly startMs: Float64Array
  readonly endMs: Float64Array
  readonly thread: Uint16Array
  /** Row in `batches`, or NO_ROW. Every `queue` and `model` span of a batched request names its batch. */
  readonly batch: Uint32Array
  /** Time on CPU; NaN when unknown. A synchronous span was on CPU for (at most) its whole duration. */
  readonly cpuMs: Float32Array
  /** Bytes handled (parsed, written ...); NaN when unknown. */
  readonly bytes: Float32Array
  /** Bit set of SPAN_SYNC, SPAN_CONTAINER, SPAN_ERROR. */
  readonly flags: Uint8Array
  /**
   * Cumulative idle time of the thread's event loop when the span ended, and how much of it fell within the span.
   * NaN when not read (synchronous spans). (end - start) - loopIdleDeltaMs is how long the loop was busy meanwhile.
   */
  readonly loopIdleEndMs: Float64Array
  readonly loopIdleDeltaMs: Float32Array
}

export const RELEASE_REASONS = ['unknown', 'full', 'timeout', 'idle'] as const
export type ReleaseReason = (typeof RELEASE_REASONS)[number]

export type BatchTable = {
  readonly count: number
  /** When the first request joined. */
  readonly openedMs: Float64Array
  /** When the device began on it, and finished. */
  readonly startedMs: Float64Array
  readonly endedMs: Float64Array
  readonly size: Uint16Array
  /** 0 = unknown. */
  readonly capacity: Uint16Array
  readonly device: Uint16Array
  /** Index into RELEASE_REASONS. */
  readonly reason: Uint8Array
  /** The batcher's max_wait when this batch was open; NaN = unknown. */
  readonly maxWaitMs: Float32Array
  readonly thread: Uint16Array
}

/** Time series in long form. `series[i]` says what a value means. NaN values mean "the source had none". */
export type SampleTable = {
  readonly count: number
  readonly tMs: Float64Array
  readonly series: Uint16Array
  readonly value: Float64Array
  readonly seriesInfo: readonly SeriesInfo[]
}

export type SeriesInfo = {
  readonly metric: Metric | (string & {})
  /** Which one: a pid, "pid/tid name", "gpu0", a thread name, a network interface; '' when there is only one. */
  readonly instance: string
  /** True when the figures come from the simulated accelerator. */
  readonly simulated: boolean
}

/** The metrics that facts, rules and charts know. Samplers and the agent emit these names. */
export const METRICS = {
  /** Busy fraction of all cores, 0..1, and the part stolen by the hypervisor. */
  'host.cpu': 'fraction',
  'host.steal': 'fraction',
  /** Runnable threads on the host, from procs_running. */
  'host.runnable': 'count',
  /** Fraction of time that some runnable task waited for CPU (PSI), 0..1. */
  'host.cpuPressure': 'fraction',
  /** Cores used by the service's process tree: 1 = one core. Instance: pid. */
  'process.cpu': 'cores',
  /** Busy fraction of one thread of the service, 0..1. Instance: "pid/tid name". */
  'thread.cpu': 'fraction',
  /** Fraction of time a thread was runnable but not running (schedstat). Instance: "pid/tid name". */
  'thread.runQueueWait': 'fraction',
  'process.rss': 'bytes',
  'process.heapUsed': 'bytes',
  /** Fraction of wall time throttled by the cgroup's CPU quota. */
  'cgroup.throttled': 'fraction',
  /** Of the network namespace that the service lives in. Instance: the interface, loopback (`lo`) included. */
  'net.rx': 'bytes/s',
  'net.tx': 'bytes/s',
  'tcp.retransmits': '1/s',
  /** Instance: 'opened' or 'accepted'; over loopback each connection is both. */
  'tcp.newConnections': '1/s',
  /** Bytes a second read from storage by the process tree. */
  'disk.read': 'bytes/s',
  /** Busy fraction of an event loop, 0..1. Instance: thread name. */
  'loop.utilization': 'fraction',
  /** How late the loop ran a timer that was due every 100 ms. Instance: thread name. */
  'loop.delay': 'ms',
  /** How long a fixed piece of work takes on the loop's thread: the speed of its core. Instance: thread name. */
  'loop.fixedWork': 'ms',
  'gpu.utilization': 'fraction',
  'gpu.memoryUsed': 'bytes',
  'gpu.power': 'W',
  'gpu.smClock': 'MHz',
  'gpu.maxSmClock': 'MHz',
  'gpu.temperature': 'C',
  /** 1 while clocks are reduced for power or heat. */
  'gpu.throttled': 'fraction',
  /** Busy fraction as published by the device itself (the simulated accelerator does). */
  'device.utilization': 'fraction',
  'queue.depth': 'count',
  'requests.inFlight': 'count',
} as const
export type Metric = keyof typeof METRICS

/** Points or intervals that are not requests: GC pauses, restarts, readiness. */
export type EventTable = {
  readonly count: number
  readonly startMs: Float64Array
  readonly endMs: Float64Array
  /** Index into `kinds`, e.g. 'gc'. */
  readonly kind: Uint16Array
  readonly thread: Uint16Array
  /** Index into `details`, e.g. 'major'; NO_INDEX = none. */
  readonly detail: Uint16Array
  readonly kinds: readonly string[]
  readonly details: readonly string[]
}

/** One bounded CPU-profile window in the standard .cpuprofile shape (V8 Profiler.Profile), times in its own us. */
export type ProfileWindow = {
  readonly thread: number
  readonly startMs: number
  readonly endMs: number
  readonly file: string
  readonly profile: CpuProfile
}

export type CpuProfile = {
  readonly nodes: readonly CpuProfileNode[]
  readonly startTime: number
  readonly endTime: number
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

export type CpuProfileNode = {
  readonly id: number
  readonly callFrame: {
    readonly functionName: string
    readonly scriptId: string
    readonly url: string
    readonly lineNumber: number
    readonly columnNumber: number
  }
  readonly hitCount?: number
  readonly children?: readonly number[]
}

export type ThreadInfo = {
  /** Index into `meta.processes`. */
  readonly process: number
  /** 'main', 'worker 3', or the name the service gave. */
  readonly name: string
  readonly kind: 'main' | 'worker'
}

/** What an agent's own figures are sampled as: those of a thread have its `name`, and of several processes each has a 'main'. */
export function ownInstance(name: string, pid: number, processes: number): string {
  if (processes === 1) return name
  return name === '' ? String(pid) : `${pid}/${name}`
}

/** As `ownInstance`, of the event loop of a thread of a recording; '' where nobody knows the thread. */
export function loopInstanceOf({ meta, threads }: Recording, thread: number): string {
  const known = threads[thread]
  if (known === undefined) return ''
  return ownInstance(known.name, meta.processes[known.process]?.pid ?? 0, meta.processes.length)
}
