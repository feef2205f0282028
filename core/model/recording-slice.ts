import { NO_ROW, PHASES, type Recording } from './recording.js'
import type { LoadInfo } from './recording-meta.js'

/** Which part of a recording to take, in its own time. */
export type Slice = {
  /** What belongs to it: requests that began here, and whatever overlaps it. */
  readonly fromMs: number
  readonly toMs: number
  readonly id: string
  /** The slice's own load; its measured window in the recording's time. */
  readonly load: LoadInfo
}

const OTHER = PHASES.indexOf('other')

/**
 * A part of a recording as a recording of its own, with time 0 at the slice's beginning. Requests of the slice that were due
 * outside its measured window keep their phase, or count nowhere when they came after it.
 */
export function sliceRecording(recording: Recording, { fromMs, toMs, id, load }: Slice): Recording {
  const { requests, spans, batches, samples, events, meta } = recording
  const within = (ms: number) => ms >= fromMs && ms < toMs
  const overlaps = (startMs: number, endMs: number) => startMs < toMs && !(endMs < fromMs)
  const shifted = (times: Float64Array) => times.map((ms) => ms - fromMs)

  const requestRows = rowsWhere(requests.count, (row) => {
    const scheduledMs = requests.scheduledMs[row]!
    return within(Number.isNaN(scheduledMs) ? requests.serverStartMs[row]! : scheduledMs)
  })
  const ofRequests = taking(requestRows)
  const batchRows = rowsWhere(batches.count, (row) => overlaps(batches.openedMs[row]!, batches.endedMs[row]!))
  const ofBatches = taking(batchRows)
  const requestAt = places(requests.count, requestRows)
  const batchAt = places(batches.count, batchRows)
  const spanRows = rowsWhere(spans.count, (row) => {
    const request = spans.request[row]!
    if (request !== NO_ROW) return requestAt[request] !== NO_ROW
    return overlaps(spans.startMs[row]!, spans.endMs[row]!)
  })
  const ofSpans = taking(spanRows)
  const moved = (at: Uint32Array) => (row: number) => (row === NO_ROW ? NO_ROW : at[row]!)
  const ofSamples = taking(rowsWhere(samples.count, (row) => within(samples.tMs[row]!)))
  const ofEvents = taking(rowsWhere(events.count, (row) => overlaps(events.startMs[row]!, events.endMs[row]!)))
  const phase = ofRequests(requests.phase)
  ofRequests(requests.scheduledMs).forEach((ms, row) => {
    if (ms >= load.measuredToMs) phase[row] = OTHER
  })
  return {
    ...recording,
    meta: {
      ...meta,
      id,
      startedAt: new Date(meta.clock.wallClockOriginMs + fromMs).toISOString(),
      durationMs: toMs - fromMs,
      clock: {
        monotonicOriginMs: meta.clock.monotonicOriginMs + fromMs,
        wallClockOriginMs: meta.clock.wallClockOriginMs + fromMs,
      },
      load: { ...load, measuredFromMs: load.measuredFromMs - fromMs, measuredToMs: load.measuredToMs - fromMs },
    },
    requests: {
      count: requestRows.length,
      scheduledMs: shifted(ofRequests(requests.scheduledMs)),
      sentMs: shifted(ofRequests(requests.sentMs)),
      firstByteMs: shifted(ofRequests(requests.firstByteMs)),
      clientEndMs: shifted(ofRequests(requests.clientEndMs)),
      serverStartMs: shifted(ofRequests(requests.serverStartMs)),
      serverEndMs: shifted(ofRequests(requests.serverEndMs)),
      status: ofRequests(requests.status),
      outcome: ofRequests(requests.outcome),
      phase,
      bytesIn: ofRequests(requests.bytesIn),
      bytesOut: ofRequests(requests.bytesOut),
      route: ofRequests(requests.route),
      process: ofRequests(requests.process),
    },
    spans: {
      count: spanRows.length,
      request: ofSpans(spans.request).map(moved(requestAt)),
      stage: ofSpans(spans.stage),
      startMs: shifted(ofSpans(spans.startMs)),
      endMs: shifted(ofSpans(spans.endMs)),
      thread: ofSpans(spans.thread),
      batch: ofSpans(spans.batch).map(moved(batchAt)),
      cpuMs: ofSpans(spans.cpuMs),
      bytes: ofSpans(spans.bytes),
      flags: ofSpans(spans.flags),
      loopIdleEndMs: ofSpans(spans.loopIdleEndMs),
      loopIdleDeltaMs: ofSpans(spans.loopIdleDeltaMs),
    },
    batches: {
      count: batchRows.length,
      openedMs: shifted(ofBatches(batches.openedMs)),
      startedMs: shifted(ofBatches(batches.startedMs)),
      endedMs: shifted(ofBatches(batches.endedMs)),
      size: ofBatches(batches.size),
      capacity: ofBatches(batches.capacity),
      device: ofBatches(batches.device),
      reason: ofBatches(batches.reason),
      maxWaitMs: ofBatches(batches.maxWaitMs),
      thread: ofBatches(batches.thread),
    },
    samples: {
      count: ofSamples(samples.series).length,
      tMs: shifted(ofSamples(samples.tMs)),
      series: ofSamples(samples.series),
      value: ofSamples(samples.value),
      seriesInfo: samples.seriesInfo,
    },
    events: {
      count: ofEvents(events.kind).length,
      startMs: shifted(ofEvents(events.startMs)),
      endMs: shifted(ofEvents(events.endMs)),
      kind: ofEvents(events.kind),
      thread: ofEvents(events.thread),
      detail: ofEvents(events.detail),
      kinds: events.kinds,
      details: events.details,
    },
    profiles: recording.profiles
      .filter(({ startMs, endMs }) => overlaps(startMs, endMs))
      .map((window) => ({ ...window, startMs: window.startMs - fromMs, endMs: window.endMs - fromMs })),
    gaps: recording.gaps
      .filter((gap) => !(gap.toMs < fromMs || gap.fromMs >= toMs))
      .map((gap) => ({ ...gap, fromMs: gap.fromMs - fromMs, toMs: gap.toMs - fromMs })),
  }
}

function rowsWhere(count: number, keep: (row: number) => boolean): Uint32Array {
  const rows = new Uint32Array(count)
  let kept = 0
  for (let row = 0; row < count; row++) if (keep(row)) rows[kept++] = row
  return rows.slice(0, kept)
}

type Column = Float64Array | Float32Array | Uint32Array | Uint16Array | Uint8Array

/** A column's values in these rows. */
function taking(rows: Uint32Array) {
  return <T extends Column>(column: T): T => {
    const taken = new (column.constructor as new (length: number) => T)(rows.length)
    for (let i = 0; i < rows.length; i++) taken[i] = column[rows[i]!]!
    return taken
  }
}

/** By old row: its new one, or NO_ROW. */
function places(count: number, rows: Uint32Array): Uint32Array {
  const at = new Uint32Array(count).fill(NO_ROW)
  rows.forEach((row, place) => {
    at[row] = place
  })
  return at
}
