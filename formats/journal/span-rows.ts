import { type BatchTable, NO_ROW, SPAN_ERROR, type SpanTable } from '../../core/model/recording.js'
import { type IdRows, idRows } from './id-rows.js'
import type { RawTables } from './raw-tables.js'
import { groupedOrder, inOrder, inverseOrder, sortedOrder } from './row-order.js'

export type NumberedBatches = { readonly table: BatchTable; readonly rowOf: IdRows; readonly failed: Uint8Array }

/** Batches by the time they started. */
export function numberBatches({ batches: b }: RawTables): NumberedBatches {
  const order = sortedOrder(b.startedMs, b.count)
  const table = {
    count: b.count,
    openedMs: inOrder(b.openedMs, order, b.count),
    startedMs: inOrder(b.startedMs, order, b.count),
    endedMs: inOrder(b.endedMs, order, b.count),
    size: inOrder(b.size, order, b.count),
    capacity: inOrder(b.capacity, order, b.count),
    device: inOrder(b.device, order, b.count),
    reason: inOrder(b.reason, order, b.count),
    maxWaitMs: inOrder(b.maxWaitMs, order, b.count),
    thread: inOrder(b.thread, order, b.count),
  }
  const rowOf = idRows(b.process, b.id, inverseOrder(order, b.count), b.count)
  return { table, rowOf, failed: inOrder(b.failed, order, b.count) }
}

export type NumberedSpans = {
  readonly table: SpanTable
  /** Requests that have spans but no record of their own: still running when the journal ended, or dropped. */
  readonly unfinishedRequests: number
}

/**
 * Spans grouped by request row, those outside any request last; within a request by start, containers first. Replaces
 * the ids in `spans` by rows.
 *
 * A `model` span recorded inside a batch that has tickets would count the device's time twice for one request and not
 * at all for its batch mates: the tickets carry that time for each of them. Such a span keeps its thread, CPU time and
 * batch, and belongs to no request.
 */
export function numberSpans(
  { spans: s, names }: RawTables,
  requestRow: IdRows,
  batches: NumberedBatches,
  requests: number,
): NumberedSpans {
  const batchHasTickets = new Uint8Array(batches.table.count)
  const unfinished = new Map<number, Set<number>>()
  for (let i = 0; i < s.count; i++) {
    const process = s.process[i]!
    const id = s.request[i]!
    const row = requestRow(process, id)
    if (row === NO_ROW && id !== 0) {
      const ids = unfinished.get(process) ?? new Set()
      unfinished.set(process, ids.add(id))
    }
    s.request[i] = row
    s.batch[i] = batches.rowOf(process, s.batch[i]!)
    if (s.ticket[i] === 1 && s.batch[i] !== NO_ROW) batchHasTickets[s.batch[i]!] = 1
  }
  const model = names.stages.names.indexOf('model')
  for (let i = 0; i < s.count; i++) {
    if (s.stage[i] !== model || s.batch[i] === NO_ROW) continue
    if (s.ticket[i] === 1) s.flags[i]! |= batches.failed[s.batch[i]!] === 1 ? SPAN_ERROR : 0
    else if (batchHasTickets[s.batch[i]!] === 1) s.request[i] = NO_ROW
  }

  const order = groupedOrder(s.request, requests, s.startMs, s.endMs, s.count)
  const table = {
    count: s.count,
    request: inOrder(s.request, order, s.count),
    stage: inOrder(s.stage, order, s.count),
    startMs: inOrder(s.startMs, order, s.count),
    endMs: inOrder(s.endMs, order, s.count),
    thread: inOrder(s.thread, order, s.count),
    batch: inOrder(s.batch, order, s.count),
    cpuMs: inOrder(s.cpuMs, order, s.count),
    bytes: inOrder(s.bytes, order, s.count),
    flags: inOrder(s.flags, order, s.count),
    loopIdleEndMs: inOrder(s.loopIdleEndMs, order, s.count),
    loopIdleDeltaMs: inOrder(s.loopIdleDeltaMs, order, s.count),
  }
  const unfinishedRequests = [...unfinished.values()].reduce((sum, ids) => sum + ids.size, 0)
  return { table, unfinishedRequests }
}
