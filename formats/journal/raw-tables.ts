import type { Gap } from '../../core/model/gap.js'
import { KIND } from '../../core/model/journal-layout.js'
import type { ScannedJournal } from './journal-scan.js'
import { NameList } from './name-list.js'

/** Rows of every journal as decoded, before requests of client and server are joined. Process-wide ids are kept raw. */
export type RawTables = {
  readonly requests: ReturnType<typeof requestColumns>
  readonly clients: ReturnType<typeof clientColumns>
  readonly spans: ReturnType<typeof spanColumns>
  readonly batches: ReturnType<typeof batchColumns>
  readonly samples: ReturnType<typeof sampleColumns>
  readonly events: ReturnType<typeof eventColumns>
  readonly profiles: { thread: number; startMs: number; endMs: number; file: string }[]
  readonly gaps: Gap[]
  readonly names: {
    readonly stages: NameList
    readonly routes: NameList
    readonly devices: NameList
    readonly metrics: NameList
    readonly instances: NameList
    readonly kinds: NameList
    readonly details: NameList
  }
  /** The latest end of anything, for the length of a recording whose meta.json does not say. */
  endMs: number
}

/** Exact columns for what the scan counted: a ticket becomes two spans, a client's error an event. */
export function allocateRawTables(journals: readonly ScannedJournal[]): RawTables {
  const total = (kind: number) => journals.reduce((sum, { counts }) => sum + counts[kind]!, 0)
  return {
    requests: requestColumns(total(KIND.request)),
    clients: clientColumns(total(KIND.client)),
    spans: spanColumns(total(KIND.span) + 2 * total(KIND.ticket)),
    batches: batchColumns(total(KIND.batch)),
    samples: sampleColumns(total(KIND.sample)),
    events: eventColumns(total(KIND.event) + total(KIND.client)),
    profiles: [],
    gaps: [],
    names: {
      stages: new NameList(),
      routes: new NameList(),
      devices: new NameList(),
      metrics: new NameList(),
      instances: new NameList(),
      kinds: new NameList(),
      details: new NameList(),
    },
    endMs: 0,
  }
}

function requestColumns(rows: number) {
  return {
    count: 0,
    id: new Uint32Array(rows),
    process: new Uint16Array(rows),
    startMs: new Float64Array(rows),
    endMs: new Float64Array(rows),
    status: new Uint16Array(rows),
    aborted: new Uint8Array(rows),
    route: new Uint16Array(rows),
    bytesIn: new Float32Array(rows),
    bytesOut: new Float32Array(rows),
    parentHigh: new Uint32Array(rows),
    parentLow: new Uint32Array(rows),
  }
}

function clientColumns(rows: number) {
  return {
    count: 0,
    scheduledMs: new Float64Array(rows),
    sentMs: new Float64Array(rows),
    firstByteMs: new Float64Array(rows),
    endMs: new Float64Array(rows),
    status: new Uint16Array(rows),
    outcome: new Uint8Array(rows),
    phase: new Uint8Array(rows),
    bytesSent: new Float32Array(rows),
    bytesReceived: new Float32Array(rows),
    parentHigh: new Uint32Array(rows),
    parentLow: new Uint32Array(rows),
  }
}

function spanColumns(rows: number) {
  return {
    count: 0,
    process: new Uint16Array(rows),
    request: new Uint32Array(rows),
    stage: new Uint16Array(rows),
    startMs: new Float64Array(rows),
    endMs: new Float64Array(rows),
    thread: new Uint16Array(rows),
    batch: new Uint32Array(rows),
    cpuMs: new Float32Array(rows),
    bytes: new Float32Array(rows),
    flags: new Uint8Array(rows),
    loopIdleEndMs: new Float64Array(rows),
    loopIdleDeltaMs: new Float32Array(rows),
    /** 1 where the span was expanded from a ticket. */
    ticket: new Uint8Array(rows),
  }
}

function batchColumns(rows: number) {
  return {
    count: 0,
    id: new Uint32Array(rows),
    process: new Uint16Array(rows),
    openedMs: new Float64Array(rows),
    startedMs: new Float64Array(rows),
    endedMs: new Float64Array(rows),
    size: new Uint16Array(rows),
    capacity: new Uint16Array(rows),
    device: new Uint16Array(rows),
    reason: new Uint8Array(rows),
    failed: new Uint8Array(rows),
    maxWaitMs: new Float32Array(rows),
    thread: new Uint16Array(rows),
  }
}

function sampleColumns(rows: number) {
  return {
    count: 0,
    tMs: new Float64Array(rows),
    metric: new Uint16Array(rows),
    instance: new Uint16Array(rows),
    simulated: new Uint8Array(rows),
    value: new Float64Array(rows),
  }
}

function eventColumns(rows: number) {
  return {
    count: 0,
    startMs: new Float64Array(rows),
    endMs: new Float64Array(rows),
    kind: new Uint16Array(rows),
    thread: new Uint16Array(rows),
    detail: new Uint16Array(rows),
  }
}
