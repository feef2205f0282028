import {
  type BatchTable,
  type EventTable,
  NO_ROW,
  OUTCOMES,
  PHASES,
  RELEASE_REASONS,
  type Recording,
  type RequestTable,
  type SampleTable,
  type SpanTable,
  type ThreadInfo,
} from '../../core/model/recording.js'
import type { ProcessInfo } from '../../core/model/recording-meta.js'
import { numberSeries } from '../journal/series-rows.js'
import { type Checksum, type TableName, tablePath, threadLabels } from './table-names.js'
import { damaged, TableReader } from './table-reader.js'

export type ReadTables = Pick<
  Recording,
  'requests' | 'spans' | 'batches' | 'samples' | 'events' | 'stages' | 'routes' | 'devices'
>

/** Every table of a sealed recording. `readers` as `openTables` gives them. */
export function readTables(
  readers: Record<TableName, TableReader>,
  threads: readonly ThreadInfo[],
  processes: readonly ProcessInfo[],
): ReadTables {
  const labels = threadLabels(threads, processes)
  const [requests, routes] = readRequests(readers.requests)
  const [batches, devices] = readBatches(readers.batches, labels)
  const [spans, stages] = readSpans(readers.spans, labels)
  checkRows(readers.spans, 'request', spans.request, requests.count)
  checkRows(readers.spans, 'batch', spans.batch, batches.count)
  const events = readEvents(readers.events, labels)
  return { requests, spans, batches, samples: readSamples(readers.samples), events, stages, routes, devices }
}

/** @param checksums of the tables, as sealing wrote them. */
export async function openTables(
  dir: string,
  checksums: Partial<Record<TableName, Checksum>>,
): Promise<Record<TableName, TableReader>> {
  const open = (table: TableName) => TableReader.open(tablePath(dir, table), checksums[table])
  return {
    requests: await open('requests'),
    spans: await open('spans'),
    batches: await open('batches'),
    samples: await open('samples'),
    events: await open('events'),
  }
}

function readRequests(t: TableReader): [RequestTable, readonly string[]] {
  const route = t.labels('route')
  const table = {
    count: t.rows,
    scheduledMs: t.column('float64', 'scheduledMs'),
    sentMs: t.column('float64', 'sentMs'),
    firstByteMs: t.column('float64', 'firstByteMs'),
    clientEndMs: t.column('float64', 'clientEndMs'),
    serverStartMs: t.column('float64', 'serverStartMs'),
    serverEndMs: t.column('float64', 'serverEndMs'),
    status: t.column('count', 'status'),
    outcome: Uint8Array.from(t.labels('outcome', OUTCOMES).values),
    phase: Uint8Array.from(t.labels('phase', PHASES).values),
    bytesIn: t.column('float64', 'bytesIn'),
    bytesOut: t.column('float64', 'bytesOut'),
    route: route.values,
    process: t.column('index', 'process'),
  }
  return [table, route.labels]
}

function readSpans(t: TableReader, threads: readonly string[]): [SpanTable, readonly string[]] {
  const stage = t.labels('stage')
  const table = {
    count: t.rows,
    request: t.column('row', 'request'),
    stage: stage.values,
    startMs: t.column('float64', 'startMs'),
    endMs: t.column('float64', 'endMs'),
    thread: t.labels('thread', threads).values,
    batch: t.column('row', 'batch'),
    cpuMs: t.column('float32', 'cpuMs'),
    bytes: t.column('float32', 'bytes'),
    flags: t.column('bits', 'flags'),
    loopIdleEndMs: t.column('float64', 'loopIdleEndMs'),
    loopIdleDeltaMs: t.column('float32', 'loopIdleDeltaMs'),
  }
  return [table, stage.labels]
}

function readBatches(t: TableReader, threads: readonly string[]): [BatchTable, readonly string[]] {
  const device = t.labels('device')
  const table = {
    count: t.rows,
    openedMs: t.column('float64', 'openedMs'),
    startedMs: t.column('float64', 'startedMs'),
    endedMs: t.column('float64', 'endedMs'),
    size: t.column('count', 'size'),
    capacity: t.column('count', 'capacity'),
    device: device.values,
    reason: Uint8Array.from(t.labels('reason', RELEASE_REASONS).values),
    maxWaitMs: t.column('float32', 'maxWaitMs'),
    thread: t.labels('thread', threads).values,
  }
  return [table, device.labels]
}

function readSamples(t: TableReader): SampleTable {
  const [metric, instance] = [t.labels('metric'), t.labels('instance')]
  const columns = {
    count: t.rows,
    tMs: t.column('float64', 'tMs'),
    metric: metric.values,
    instance: instance.values,
    simulated: t.column('flag', 'simulated'),
    value: t.column('float64', 'value'),
  }
  return numberSeries(columns, metric.labels, instance.labels)
}

function readEvents(t: TableReader, threads: readonly string[]): EventTable {
  const [kind, detail] = [t.labels('kind'), t.labels('detail')]
  return {
    count: t.rows,
    startMs: t.column('float64', 'startMs'),
    endMs: t.column('float64', 'endMs'),
    kind: kind.values,
    thread: t.labels('thread', threads).values,
    detail: detail.values,
    kinds: kind.labels,
    details: detail.labels,
  }
}

function checkRows(table: TableReader, name: string, values: Uint32Array, rows: number): void {
  for (let row = 0; row < values.length; row++) {
    if (values[row]! >= rows && values[row] !== NO_ROW) {
      throw damaged(table.path, `column ${name} names row ${values[row]} of ${rows}`)
    }
  }
}
