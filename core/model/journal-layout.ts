/**
 * The journal: fixed 64-byte little-endian records, copied as they are from the ring in shared memory to disk.
 * Specification: docs/recording-format.md. Pure offsets and codes; the agent, the load generator and the readers
 * share this file and nothing else.
 */
export { RELEASE_REASONS, SPAN_CONTAINER, SPAN_ERROR, SPAN_SYNC } from './recording.js'

export const RECORD_BYTES = 64
/** "IDJ1" read as little-endian u32. */
export const JOURNAL_MAGIC = 0x314a4449
export const JOURNAL_VERSION = 1

/** File header, one record long. */
export const HEADER = {
  magic: 0, // u32
  version: 4, // u16
  writer: 6, // u16, see WRITER
  wallClockMs: 8, // f64, Unix epoch ms at `monotonicMs`
  monotonicMs: 16, // f64
  processStartMonotonicMs: 24, // f64
  pid: 32, // u32
  ppid: 36, // u32
} as const

export const WRITER = { agent: 1, load: 2, outside: 3 } as const

/** u8 at offset 0. 0 = never written: readers stop there. */
export const KIND = {
  text: 1,
  span: 2,
  request: 3,
  ticket: 4,
  batch: 5,
  sample: 6,
  event: 7,
  gap: 8,
  client: 9,
  profile: 10,
} as const

/** Offsets common to every record. */
export const COMMON = {
  kind: 0, // u8
  flags: 1, // u8
  name: 2, // u16, a text id of this (process, thread); 0 = none
  thread: 4, // u16, the ring's slot: 0 = main thread
} as const

/**
 * A string in chunks of 56 bytes of UTF-8, last one zero-padded; `flags` is a TEXT_USE. Ids are per (process,
 * thread), from 1. A text comes before the first record that names it, in the same ring.
 */
export const TEXT = { id: 2 /* u16 */, chunk: 6 /* u8 */, chunks: 7 /* u8 */, bytes: 8 } as const
export const TEXT_CHUNK_BYTES = 56
export const TEXT_USE = {
  /** A name that other records refer to. */
  name: 1,
  /** JSON object merged into the pipeline configuration. */
  config: 2,
  /** JSON object describing this thread or process: {name, kind, title, runtime}. */
  thread: 3,
} as const

/** flags: SPAN_SYNC | SPAN_CONTAINER | SPAN_ERROR of recording.ts. `name`: the stage. */
export const SPAN = {
  startMs: 8, // f64
  endMs: 16, // f64
  request: 24, // u32, per process; 0 = none
  batch: 28, // u32, per process; 0 = none
  bytes: 32, // f32, NaN = unknown
  cpuMs: 36, // f32, NaN = unknown
  loopIdleEndMs: 40, // f64, NaN = not read
  loopIdleDeltaMs: 48, // f32, NaN = not read
} as const

/** Written once, when the response is finished or the request aborted. `name`: "METHOD /path". */
export const REQUEST = {
  status: 6, // u16
  startMs: 8, // f64
  endMs: 16, // f64
  request: 24, // u32
  bytesIn: 32, // f32
  bytesOut: 36, // f32
  /** The parent-id of the W3C traceparent that came with the request; both 0 = none. */
  parentIdHigh: 40, // u32
  parentIdLow: 44, // u32
} as const
export const REQUEST_ABORTED = 1

/** One request's way through one batch; readers expand it to a `queue` and a `model` span. */
export const TICKET = {
  enqueuedMs: 8, // f64
  startedMs: 16, // f64
  request: 24, // u32
  batch: 28, // u32
  endedMs: 32, // f64
} as const

/** `flags`: low 2 bits index RELEASE_REASONS; bit 4 = the batch function failed. `name`: the device. */
export const BATCH = {
  size: 6, // u16
  openedMs: 8, // f64
  startedMs: 16, // f64
  endedMs: 24, // f64
  batch: 32, // u32
  capacity: 36, // u16
  maxWaitMs: 40, // f32, NaN = unknown
} as const
export const BATCH_REASON_MASK = 3
export const BATCH_FAILED = 16

/** `name`: the metric; `instance`: a text id. flags bit 0: simulated. */
export const SAMPLE = { instance: 6 /* u16 */, tMs: 8 /* f64 */, value: 16 /* f64 */ } as const
export const SAMPLE_SIMULATED = 1

/** `name`: the kind ('gc'); `detail`: a text id. */
export const EVENT = { detail: 6 /* u16 */, startMs: 8 /* f64 */, endMs: 16 /* f64 */, value: 24 /* f64 */ } as const

/** `name`: what was dropped ('ring-overflow'); `detail`: a text id with the reason. */
export const GAP = { detail: 6 /* u16 */, fromMs: 8 /* f64 */, toMs: 16 /* f64 */, count: 24 /* f64 */ } as const

/** The load generator's view of one request. `name`: an error code text, 0 = none. */
export const CLIENT = {
  status: 6, // u16
  scheduledMs: 8, // f64
  sentMs: 16, // f64
  endMs: 24, // f64
  parentIdHigh: 32, // u32
  parentIdLow: 36, // u32
  bytesSent: 40, // f32
  bytesReceived: 44, // f32
  firstByteMs: 48, // f32, after sentMs; NaN = none
  outcome: 52, // u8, index into OUTCOMES
  phase: 53, // u8, index into PHASES
} as const

/** A finished CPU-profile window; `name`: the file, relative to the recording. */
export const PROFILE = { startMs: 8 /* f64 */, endMs: 16 /* f64 */ } as const

/**
 * The agent's memory, shared by every thread of a process and the thread that writes the journal: a header of
 * 32-bit words, one byte per recent ticket (1 = waits), then one ring of records per thread.
 */
export const SHARED = {
  ringsClaimed: 0,
  lastRequest: 1,
  lastBatch: 2,
  lastTicket: 3,
  /** Tickets that no batch has taken yet. */
  queueDepth: 4,
  /** 1 once the service has called enqueue(), batch(). */
  queueUsed: 5,
  batchUsed: 6,
  /** Threads that found every ring taken. */
  threadsUnrecorded: 7,
  /** A WRITER_PHASE; the service's main thread waits on it when it exits. */
  writerPhase: 8,
  /** The service reports its queue depth itself. */
  queueDepthGauged: 9,
  /** First word of the first ring's own words, see RING. */
  rings: 64,
} as const
/** `ended`: nothing is written any more, the service goes on. */
export const WRITER_PHASE = { starting: 0, running: 1, flushed: 2, ended: 3 } as const

/** Words of one ring. Positions count records since the start, wrapping at 2^32. */
export const RING = { written: 0, dropped: 1, namesExhausted: 2, read: 16 /* another cache line */, words: 32 } as const
export const MAX_RINGS = 32
export const MAIN_RING_RECORDS = 65_536
export const WORKER_RING_RECORDS = 8_192
/** Tickets whose state is remembered; older ones count as taken. */
export const TICKET_STATES = 65_536

const TICKET_STATES_OFFSET = (SHARED.rings + MAX_RINGS * RING.words) * 4
const RINGS_OFFSET = TICKET_STATES_OFFSET + TICKET_STATES

/** Byte offsets into the shared memory. Ring 0 is the main thread's. */
export const SHARED_OFFSET = {
  ticketStates: TICKET_STATES_OFFSET,
  end: RINGS_OFFSET + (MAIN_RING_RECORDS + (MAX_RINGS - 1) * WORKER_RING_RECORDS) * RECORD_BYTES,
} as const

export function ringRecords(ring: number): number {
  return ring === 0 ? MAIN_RING_RECORDS : WORKER_RING_RECORDS
}

export function ringOffset(ring: number): number {
  return RINGS_OFFSET + (ring === 0 ? 0 : MAIN_RING_RECORDS + (ring - 1) * WORKER_RING_RECORDS) * RECORD_BYTES
}

/** What the agent tells the thread that writes the journal. */
export type WriterTask = {
  readonly inferDiagWriter: true
  readonly shared: SharedArrayBuffer
  /** Absolute path of the recording. */
  readonly directory: string
  readonly processStartMonotonicMs: number
  /** Whether to sample the host and the process tree too: nobody else does. */
  readonly samplers: boolean
  /** `off`, or `<windowMs>/<everyMs>@<intervalUs>`. */
  readonly profile: string
  /** The process that records, with whose end the journal ends; null: it goes on as long as the service, or `limitMs`. */
  readonly recorderPid: number | null
  /** The journal ends after this time, whoever is still there; Infinity = never. */
  readonly limitMs: number
}
