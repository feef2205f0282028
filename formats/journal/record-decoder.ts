import {
  BATCH,
  BATCH_FAILED,
  BATCH_REASON_MASK,
  CLIENT,
  COMMON,
  EVENT,
  GAP,
  KIND,
  PROFILE,
  RECORD_BYTES,
  REQUEST,
  REQUEST_ABORTED,
  SAMPLE,
  SAMPLE_SIMULATED,
  SPAN,
  TICKET,
  WRITER,
} from '../../core/model/journal-layout.js'
import { NO_INDEX, OUTCOMES, ownInstance, PHASES } from '../../core/model/recording.js'
import type { ScannedJournal } from './journal-scan.js'
import { textIndex, UNKNOWN_NAME } from './name-list.js'
import type { RawTables } from './raw-tables.js'

const CLIENT_ERROR_EVENT = 'client-error'

/** How one journal's numbers map to the recording's. */
export type JournalContext = {
  readonly journal: ScannedJournal
  /** Index into `meta.processes`. */
  readonly process: number
  /** How many processes the recording is of. */
  readonly processes: number
  /** The recording's thread row of a slot. */
  readonly thread: (slot: number) => number
  /** Subtracted from every time: recording time 0 on the monotonic clock. */
  readonly originMs: number
}

/** Appends the records of `view` to the tables. Call with consecutive chunks of one file, the header skipped. */
export type ChunkDecoder = (view: DataView, from: number) => void

export function recordDecoder(tables: RawTables, context: JournalContext): ChunkDecoder {
  const { originMs, thread: threadRow } = context
  const { requests, clients, spans, batches, samples, events, names } = tables
  const texts = context.journal.texts.names
  const stageOf = textIndex(texts, names.stages, UNKNOWN_NAME)
  const routeOf = textIndex(texts, names.routes, NO_INDEX)
  const deviceOf = textIndex(texts, names.devices, NO_INDEX)
  const metricOf = textIndex(texts, names.metrics, UNKNOWN_NAME)
  const instanceOf = textIndex(texts, names.instances, '')
  const { writer, pid } = context.journal.header
  // What an agent samples is of its own process, but for the GPU.
  const isOfProcess = (thread: number, metric: number) =>
    writer === WRITER.agent && !nameOf(thread, metric).startsWith('gpu.')
  const ofProcess = (thread: number, id: number) =>
    names.instances.index(ownInstance(id === 0 ? '' : nameOf(thread, id), pid, context.processes))
  const kindOf = textIndex(texts, names.kinds, UNKNOWN_NAME)
  const detailOf = textIndex(texts, names.details, NO_INDEX)
  const nameOf = (thread: number, id: number) => texts[thread]?.[id] ?? UNKNOWN_NAME

  function span(view: DataView, at: number, thread: number): void {
    const row = spans.count++
    spans.process[row] = context.process
    spans.request[row] = view.getUint32(at + SPAN.request, true)
    spans.stage[row] = stageOf(thread, view.getUint16(at + COMMON.name, true))
    spans.startMs[row] = view.getFloat64(at + SPAN.startMs, true) - originMs
    spans.endMs[row] = ended(view.getFloat64(at + SPAN.endMs, true))
    spans.thread[row] = threadRow(thread)
    spans.batch[row] = view.getUint32(at + SPAN.batch, true)
    spans.cpuMs[row] = view.getFloat32(at + SPAN.cpuMs, true)
    spans.bytes[row] = view.getFloat32(at + SPAN.bytes, true)
    spans.flags[row] = view.getUint8(at + COMMON.flags)
    spans.loopIdleEndMs[row] = view.getFloat64(at + SPAN.loopIdleEndMs, true)
    spans.loopIdleDeltaMs[row] = view.getFloat32(at + SPAN.loopIdleDeltaMs, true)
  }

  function request(view: DataView, at: number, thread: number): void {
    const row = requests.count++
    requests.id[row] = view.getUint32(at + REQUEST.request, true)
    requests.process[row] = context.process
    requests.startMs[row] = view.getFloat64(at + REQUEST.startMs, true) - originMs
    requests.endMs[row] = ended(view.getFloat64(at + REQUEST.endMs, true))
    requests.status[row] = view.getUint16(at + REQUEST.status, true)
    requests.aborted[row] = view.getUint8(at + COMMON.flags) & REQUEST_ABORTED
    requests.route[row] = routeOf(thread, view.getUint16(at + COMMON.name, true))
    requests.bytesIn[row] = view.getFloat32(at + REQUEST.bytesIn, true)
    requests.bytesOut[row] = view.getFloat32(at + REQUEST.bytesOut, true)
    requests.parentHigh[row] = view.getUint32(at + REQUEST.parentIdHigh, true)
    requests.parentLow[row] = view.getUint32(at + REQUEST.parentIdLow, true)
  }

  function ticket(view: DataView, at: number, thread: number): void {
    const startedMs = view.getFloat64(at + TICKET.startedMs, true) - originMs
    half(view, at, thread, 'queue', view.getFloat64(at + TICKET.enqueuedMs, true) - originMs, startedMs)
    half(view, at, thread, 'model', startedMs, ended(view.getFloat64(at + TICKET.endedMs, true)))
  }

  function half(view: DataView, at: number, thread: number, stage: string, startMs: number, endMs: number): void {
    const row = spans.count++
    spans.process[row] = context.process
    spans.request[row] = view.getUint32(at + TICKET.request, true)
    spans.stage[row] = names.stages.index(stage)
    spans.startMs[row] = startMs
    spans.endMs[row] = endMs
    spans.thread[row] = threadRow(thread)
    spans.batch[row] = view.getUint32(at + TICKET.batch, true)
    spans.cpuMs[row] = Number.NaN
    spans.bytes[row] = Number.NaN
    spans.loopIdleEndMs[row] = Number.NaN
    spans.loopIdleDeltaMs[row] = Number.NaN
    spans.ticket[row] = 1
  }

  function batch(view: DataView, at: number, thread: number): void {
    const row = batches.count++
    const flags = view.getUint8(at + COMMON.flags)
    batches.id[row] = view.getUint32(at + BATCH.batch, true)
    batches.process[row] = context.process
    batches.openedMs[row] = view.getFloat64(at + BATCH.openedMs, true) - originMs
    batches.startedMs[row] = view.getFloat64(at + BATCH.startedMs, true) - originMs
    batches.endedMs[row] = ended(view.getFloat64(at + BATCH.endedMs, true))
    batches.size[row] = view.getUint16(at + BATCH.size, true)
    batches.capacity[row] = view.getUint16(at + BATCH.capacity, true)
    batches.device[row] = deviceOf(thread, view.getUint16(at + COMMON.name, true))
    batches.reason[row] = flags & BATCH_REASON_MASK
    batches.failed[row] = flags & BATCH_FAILED ? 1 : 0
    batches.maxWaitMs[row] = view.getFloat32(at + BATCH.maxWaitMs, true)
    batches.thread[row] = threadRow(thread)
  }

  function sample(view: DataView, at: number, thread: number): void {
    const row = samples.count++
    samples.tMs[row] = view.getFloat64(at + SAMPLE.tMs, true) - originMs
    samples.metric[row] = metricOf(thread, view.getUint16(at + COMMON.name, true))
    const instance = view.getUint16(at + SAMPLE.instance, true)
    samples.instance[row] = isOfProcess(thread, view.getUint16(at + COMMON.name, true))
      ? ofProcess(thread, instance)
      : instanceOf(thread, instance)
    samples.simulated[row] = view.getUint8(at + COMMON.flags) & SAMPLE_SIMULATED
    samples.value[row] = view.getFloat64(at + SAMPLE.value, true)
  }

  function event(view: DataView, at: number, thread: number): void {
    const row = events.count++
    events.startMs[row] = view.getFloat64(at + EVENT.startMs, true) - originMs
    events.endMs[row] = ended(view.getFloat64(at + EVENT.endMs, true))
    events.kind[row] = kindOf(thread, view.getUint16(at + COMMON.name, true))
    events.thread[row] = threadRow(thread)
    events.detail[row] = detailOf(thread, view.getUint16(at + EVENT.detail, true))
  }

  function client(view: DataView, at: number, thread: number): void {
    const row = clients.count++
    const scheduledMs = view.getFloat64(at + CLIENT.scheduledMs, true) - originMs
    const sentMs = view.getFloat64(at + CLIENT.sentMs, true) - originMs
    const endMs = ended(view.getFloat64(at + CLIENT.endMs, true))
    clients.scheduledMs[row] = scheduledMs
    clients.sentMs[row] = sentMs
    clients.firstByteMs[row] = sentMs + view.getFloat32(at + CLIENT.firstByteMs, true)
    clients.endMs[row] = endMs
    clients.status[row] = view.getUint16(at + CLIENT.status, true)
    clients.outcome[row] = Math.min(view.getUint8(at + CLIENT.outcome), OUTCOMES.length - 1)
    clients.phase[row] = Math.min(view.getUint8(at + CLIENT.phase), PHASES.length - 1)
    clients.bytesSent[row] = view.getFloat32(at + CLIENT.bytesSent, true)
    clients.bytesReceived[row] = view.getFloat32(at + CLIENT.bytesReceived, true)
    clients.parentHigh[row] = view.getUint32(at + CLIENT.parentIdHigh, true)
    clients.parentLow[row] = view.getUint32(at + CLIENT.parentIdLow, true)
    const error = view.getUint16(at + COMMON.name, true)
    if (error === 0) return
    // The request table has no column for the error code: keep it as an event over the request's time.
    const eventRow = events.count++
    events.startMs[eventRow] = scheduledMs
    events.endMs[eventRow] = endMs
    events.kind[eventRow] = names.kinds.index(CLIENT_ERROR_EVENT)
    events.thread[eventRow] = NO_INDEX
    events.detail[eventRow] = detailOf(thread, error)
  }

  function gap(view: DataView, at: number, thread: number): void {
    tables.gaps.push({
      kind: nameOf(thread, view.getUint16(at + COMMON.name, true)),
      count: view.getFloat64(at + GAP.count, true),
      fromMs: view.getFloat64(at + GAP.fromMs, true) - originMs,
      toMs: view.getFloat64(at + GAP.toMs, true) - originMs,
      reason: texts[thread]?.[view.getUint16(at + GAP.detail, true)] ?? '',
    })
  }

  function profile(view: DataView, at: number, thread: number): void {
    tables.profiles.push({
      thread: threadRow(thread),
      startMs: view.getFloat64(at + PROFILE.startMs, true) - originMs,
      endMs: view.getFloat64(at + PROFILE.endMs, true) - originMs,
      file: nameOf(thread, view.getUint16(at + COMMON.name, true)),
    })
  }

  function ended(monotonicMs: number): number {
    const ms = monotonicMs - originMs
    if (ms > tables.endMs) tables.endMs = ms
    return ms
  }

  const byKind: ((view: DataView, at: number, thread: number) => void)[] = []
  byKind[KIND.span] = span
  byKind[KIND.request] = request
  byKind[KIND.ticket] = ticket
  byKind[KIND.batch] = batch
  byKind[KIND.sample] = sample
  byKind[KIND.event] = event
  byKind[KIND.gap] = gap
  byKind[KIND.client] = client
  byKind[KIND.profile] = profile

  return (view, from) => {
    for (let at = from; at + RECORD_BYTES <= view.byteLength; at += RECORD_BYTES) {
      byKind[view.getUint8(at + COMMON.kind)]?.(view, at, view.getUint16(at + COMMON.thread, true))
    }
  }
}
