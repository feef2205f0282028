/**
 * One function per journal record: each writes 64 bytes at `offset` of `view`, every byte of them, so that buffers can
 * be used again. Layout: journal-layout.ts. The agent's hot path writes its ring with typed arrays of its own.
 */
import {
  BATCH,
  BATCH_FAILED,
  CLIENT,
  COMMON,
  EVENT,
  GAP,
  HEADER,
  JOURNAL_MAGIC,
  JOURNAL_VERSION,
  KIND,
  PROFILE,
  RECORD_BYTES,
  REQUEST,
  REQUEST_ABORTED,
  SAMPLE,
  SAMPLE_SIMULATED,
  SPAN,
  TEXT,
  TEXT_CHUNK_BYTES,
  TICKET,
} from './journal-layout.js'
import { OUTCOMES, type Outcome, PHASES, type Phase, RELEASE_REASONS, type ReleaseReason } from './recording.js'

/** A text id of the same (process, thread); 0 = none. */
type TextId = number

export type HeaderRecord = {
  /** One of WRITER. */
  readonly writer: number
  /** Unix epoch ms at `monotonicMs`. */
  readonly wallClockMs: number
  readonly monotonicMs: number
  readonly processStartMonotonicMs: number
  readonly pid: number
  readonly ppid: number
}

export type SpanRecord = {
  readonly stage: TextId
  readonly startMs: number
  readonly endMs: number
  /** Per process; 0 = none. */
  readonly request?: number
  readonly batch?: number
  readonly bytes?: number
  readonly cpuMs?: number
  readonly loopIdleEndMs?: number
  readonly loopIdleDeltaMs?: number
  /** SPAN_SYNC | SPAN_CONTAINER | SPAN_ERROR. */
  readonly flags?: number
}

/** The parent-id of a W3C traceparent as two u32; both 0 = none. */
type ParentId = { readonly parentIdHigh?: number; readonly parentIdLow?: number }

export type RequestRecord = ParentId & {
  /** "METHOD /path" */
  readonly route: TextId
  readonly status: number
  readonly startMs: number
  readonly endMs: number
  readonly request: number
  readonly bytesIn?: number
  readonly bytesOut?: number
  readonly aborted?: boolean
}

export type TicketRecord = {
  readonly enqueuedMs: number
  readonly startedMs: number
  readonly endedMs: number
  readonly request: number
  readonly batch: number
}

export type BatchRecord = {
  readonly device: TextId
  readonly batch: number
  readonly size: number
  /** 0 = unknown. */
  readonly capacity?: number
  readonly openedMs: number
  readonly startedMs: number
  readonly endedMs: number
  readonly maxWaitMs?: number
  readonly reason?: ReleaseReason
  readonly failed?: boolean
}

export type SampleRecord = {
  readonly metric: TextId
  readonly instance: TextId
  readonly tMs: number
  readonly value: number
  readonly simulated?: boolean
}

export type EventRecord = {
  readonly event: TextId
  readonly detail: TextId
  readonly startMs: number
  readonly endMs: number
  readonly value?: number
}

export type GapRecord = {
  readonly gap: TextId
  readonly reason: TextId
  readonly fromMs: number
  readonly toMs: number
  readonly count: number
}

export type ClientRecord = ParentId & {
  /** Text of an error code; 0 = none. */
  readonly error: TextId
  /** 0 = no response. */
  readonly status: number
  readonly scheduledMs: number
  readonly sentMs: number
  readonly endMs: number
  /** On the same clock as `sentMs`; absent or NaN = no response. */
  readonly firstByteMs?: number
  readonly bytesSent?: number
  readonly bytesReceived?: number
  readonly outcome: Outcome
  readonly phase: Phase
}

export type ProfileRecord = { readonly file: TextId; readonly startMs: number; readonly endMs: number }

/** The first record of every journal file. */
export function encodeHeader(view: DataView, offset: number, record: HeaderRecord): void {
  clear(view, offset)
  view.setUint32(offset + HEADER.magic, JOURNAL_MAGIC, true)
  view.setUint16(offset + HEADER.version, JOURNAL_VERSION, true)
  view.setUint16(offset + HEADER.writer, record.writer, true)
  view.setFloat64(offset + HEADER.wallClockMs, record.wallClockMs, true)
  view.setFloat64(offset + HEADER.monotonicMs, record.monotonicMs, true)
  view.setFloat64(offset + HEADER.processStartMonotonicMs, record.processStartMonotonicMs, true)
  view.setUint32(offset + HEADER.pid, record.pid, true)
  view.setUint32(offset + HEADER.ppid, record.ppid, true)
}

/** How many records `encodeText` writes for this many bytes of UTF-8 (at most 255, 14,280 bytes; the rest is cut). */
export function textRecords(utf8Bytes: number): number {
  return Math.min(255, Math.max(1, Math.ceil(utf8Bytes / TEXT_CHUNK_BYTES)))
}

/** Writes `textRecords(utf8.length)` records and returns that number. `use`: one of TEXT_USE. */
export function encodeText(
  view: DataView,
  offset: number,
  thread: number,
  id: TextId,
  use: number,
  utf8: Uint8Array,
): number {
  const chunks = textRecords(utf8.length)
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
  for (let chunk = 0; chunk < chunks; chunk++) {
    const at = offset + chunk * RECORD_BYTES
    begin(view, at, KIND.text, use, id, thread)
    view.setUint8(at + TEXT.chunk, chunk)
    view.setUint8(at + TEXT.chunks, chunks)
    bytes.set(utf8.subarray(chunk * TEXT_CHUNK_BYTES, (chunk + 1) * TEXT_CHUNK_BYTES), at + TEXT.bytes)
  }
  return chunks
}

export function encodeSpan(view: DataView, offset: number, thread: number, record: SpanRecord): void {
  begin(view, offset, KIND.span, record.flags ?? 0, record.stage, thread)
  view.setFloat64(offset + SPAN.startMs, record.startMs, true)
  view.setFloat64(offset + SPAN.endMs, record.endMs, true)
  view.setUint32(offset + SPAN.request, record.request ?? 0, true)
  view.setUint32(offset + SPAN.batch, record.batch ?? 0, true)
  view.setFloat32(offset + SPAN.bytes, record.bytes ?? Number.NaN, true)
  view.setFloat32(offset + SPAN.cpuMs, record.cpuMs ?? Number.NaN, true)
  view.setFloat64(offset + SPAN.loopIdleEndMs, record.loopIdleEndMs ?? Number.NaN, true)
  view.setFloat32(offset + SPAN.loopIdleDeltaMs, record.loopIdleDeltaMs ?? Number.NaN, true)
}

export function encodeRequest(view: DataView, offset: number, thread: number, record: RequestRecord): void {
  begin(view, offset, KIND.request, record.aborted ? REQUEST_ABORTED : 0, record.route, thread)
  view.setUint16(offset + REQUEST.status, record.status, true)
  view.setFloat64(offset + REQUEST.startMs, record.startMs, true)
  view.setFloat64(offset + REQUEST.endMs, record.endMs, true)
  view.setUint32(offset + REQUEST.request, record.request, true)
  view.setFloat32(offset + REQUEST.bytesIn, record.bytesIn ?? Number.NaN, true)
  view.setFloat32(offset + REQUEST.bytesOut, record.bytesOut ?? Number.NaN, true)
  view.setUint32(offset + REQUEST.parentIdHigh, record.parentIdHigh ?? 0, true)
  view.setUint32(offset + REQUEST.parentIdLow, record.parentIdLow ?? 0, true)
}

export function encodeTicket(view: DataView, offset: number, thread: number, record: TicketRecord): void {
  begin(view, offset, KIND.ticket, 0, 0, thread)
  view.setFloat64(offset + TICKET.enqueuedMs, record.enqueuedMs, true)
  view.setFloat64(offset + TICKET.startedMs, record.startedMs, true)
  view.setUint32(offset + TICKET.request, record.request, true)
  view.setUint32(offset + TICKET.batch, record.batch, true)
  view.setFloat64(offset + TICKET.endedMs, record.endedMs, true)
}

export function encodeBatch(view: DataView, offset: number, thread: number, record: BatchRecord): void {
  const flags = RELEASE_REASONS.indexOf(record.reason ?? 'unknown') | (record.failed ? BATCH_FAILED : 0)
  begin(view, offset, KIND.batch, flags, record.device, thread)
  view.setUint16(offset + BATCH.size, record.size, true)
  view.setFloat64(offset + BATCH.openedMs, record.openedMs, true)
  view.setFloat64(offset + BATCH.startedMs, record.startedMs, true)
  view.setFloat64(offset + BATCH.endedMs, record.endedMs, true)
  view.setUint32(offset + BATCH.batch, record.batch, true)
  view.setUint16(offset + BATCH.capacity, record.capacity ?? 0, true)
  view.setFloat32(offset + BATCH.maxWaitMs, record.maxWaitMs ?? Number.NaN, true)
}

export function encodeSample(view: DataView, offset: number, thread: number, record: SampleRecord): void {
  begin(view, offset, KIND.sample, record.simulated ? SAMPLE_SIMULATED : 0, record.metric, thread)
  view.setUint16(offset + SAMPLE.instance, record.instance, true)
  view.setFloat64(offset + SAMPLE.tMs, record.tMs, true)
  view.setFloat64(offset + SAMPLE.value, record.value, true)
}

export function encodeEvent(view: DataView, offset: number, thread: number, record: EventRecord): void {
  begin(view, offset, KIND.event, 0, record.event, thread)
  view.setUint16(offset + EVENT.detail, record.detail, true)
  view.setFloat64(offset + EVENT.startMs, record.startMs, true)
  view.setFloat64(offset + EVENT.endMs, record.endMs, true)
  view.setFloat64(offset + EVENT.value, record.value ?? Number.NaN, true)
}

export function encodeGap(view: DataView, offset: number, thread: number, record: GapRecord): void {
  begin(view, offset, KIND.gap, 0, record.gap, thread)
  view.setUint16(offset + GAP.detail, record.reason, true)
  view.setFloat64(offset + GAP.fromMs, record.fromMs, true)
  view.setFloat64(offset + GAP.toMs, record.toMs, true)
  view.setFloat64(offset + GAP.count, record.count, true)
}

export function encodeClient(view: DataView, offset: number, thread: number, record: ClientRecord): void {
  begin(view, offset, KIND.client, 0, record.error, thread)
  view.setUint16(offset + CLIENT.status, record.status, true)
  view.setFloat64(offset + CLIENT.scheduledMs, record.scheduledMs, true)
  view.setFloat64(offset + CLIENT.sentMs, record.sentMs, true)
  view.setFloat64(offset + CLIENT.endMs, record.endMs, true)
  view.setUint32(offset + CLIENT.parentIdHigh, record.parentIdHigh ?? 0, true)
  view.setUint32(offset + CLIENT.parentIdLow, record.parentIdLow ?? 0, true)
  view.setFloat32(offset + CLIENT.bytesSent, record.bytesSent ?? Number.NaN, true)
  view.setFloat32(offset + CLIENT.bytesReceived, record.bytesReceived ?? Number.NaN, true)
  view.setFloat32(offset + CLIENT.firstByteMs, (record.firstByteMs ?? Number.NaN) - record.sentMs, true)
  view.setUint8(offset + CLIENT.outcome, OUTCOMES.indexOf(record.outcome))
  view.setUint8(offset + CLIENT.phase, PHASES.indexOf(record.phase))
}

export function encodeProfile(view: DataView, offset: number, thread: number, record: ProfileRecord): void {
  begin(view, offset, KIND.profile, 0, record.file, thread)
  view.setFloat64(offset + PROFILE.startMs, record.startMs, true)
  view.setFloat64(offset + PROFILE.endMs, record.endMs, true)
}

function begin(view: DataView, offset: number, kind: number, flags: number, name: TextId, thread: number): void {
  clear(view, offset)
  view.setUint8(offset + COMMON.kind, kind)
  view.setUint8(offset + COMMON.flags, flags)
  view.setUint16(offset + COMMON.name, name, true)
  view.setUint16(offset + COMMON.thread, thread, true)
}

function clear(view: DataView, offset: number): void {
  for (let at = 0; at < RECORD_BYTES; at += 8) view.setFloat64(offset + at, 0, true)
}
