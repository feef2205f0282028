import { join } from 'node:path'
import { DiagError } from '../../core/errors.js'
import type { Gap } from '../../core/model/gap.js'
import { KIND, RECORD_BYTES, WRITER } from '../../core/model/journal-layout.js'
import type { Recording } from '../../core/model/recording.js'
import type { RecordingMeta } from '../../core/model/recording-meta.js'
import { completeMeta } from '../meta/default-meta.js'
import { openProfiles } from '../profiles.js'
import { idRows } from './id-rows.js'
import { readChunks } from './journal-file.js'
import { type ScannedJournal, scanJournal } from './journal-scan.js'
import { ProcessRows } from './process-rows.js'
import { allocateRawTables, type RawTables } from './raw-tables.js'
import { type JournalContext, recordDecoder } from './record-decoder.js'
import { joinRequests } from './request-rows.js'
import { eventRows, sampleRows } from './series-rows.js'
import { numberBatches, numberSpans } from './span-rows.js'

/**
 * Reads every journal of a recording and merges them. Two passes over each file: the first counts, so that every
 * column is allocated once at its size; journals of any length are read 4 MiB at a time.
 */
export async function readJournals(
  dir: string,
  files: readonly string[],
  meta: Partial<RecordingMeta>,
): Promise<Recording> {
  const gaps: Gap[] = []
  const journals = await scanAll(dir, files, gaps)
  const clock = meta.clock ?? defaultClock(journals)
  const tables = allocateRawTables(journals)
  const rows = new ProcessRows()
  const processes = journals.map((journal) => rows.process(journal))
  for (const [i, journal] of journals.entries()) {
    const [process, originMs] = [processes[i]!, clock.monotonicOriginMs]
    const thread = (slot: number) => rows.thread(process, slot)
    await decode(tables, { journal, process, processes: rows.processes.length, thread, originMs })
  }
  for (const journal of journals) gaps.push(...tailGaps(journal, tables.endMs))

  const underLoad = tables.clients.count > 0 || journals.some(({ header }) => header.writer === WRITER.load)
  const requests = joinRequests(tables, underLoad)
  const batches = numberBatches(tables)
  const requestRow = idRows(tables.requests.process, tables.requests.id, requests.rowOfServer, tables.requests.count)
  const spans = numberSpans(tables, requestRow, batches, requests.table.count)
  if (spans.unfinishedRequests > 0) {
    const reason = 'requests with spans but no end: still running when the journal ended, or dropped'
    gaps.push({ ...wholeRecording(tables), kind: 'unfinished-requests', count: spans.unfinishedRequests, reason })
  }
  const profiles = await openProfiles(dir, tables.profiles, gaps)
  return {
    meta: completeMeta(dir, meta, {
      clock,
      processes: rows.processes,
      pipeline: Object.assign({}, ...journals.map(({ texts }) => texts.config)),
      observed: rows.processes.length > 0 ? 'node' : 'outside',
      endMs: tables.endMs,
    }),
    requests: requests.table,
    spans: spans.table,
    batches: batches.table,
    samples: sampleRows(tables),
    events: eventRows(tables),
    profiles,
    gaps: [...tables.gaps, ...gaps],
    stages: tables.names.stages.names,
    routes: tables.names.routes.names,
    threads: rows.threads,
    devices: tables.names.devices.names,
  }
}

/** In the order of their clocks, so that processes and threads are numbered as they came up. */
async function scanAll(dir: string, files: readonly string[], gaps: Gap[]): Promise<ScannedJournal[]> {
  const journals: ScannedJournal[] = []
  for (const file of files) {
    const outcome = await scanJournal(join(dir, file))
    if (outcome.kind === 'scanned') journals.push(outcome.journal)
    else
      gaps.push({
        kind: 'journal',
        count: 1,
        fromMs: Number.NaN,
        toMs: Number.NaN,
        reason: `${file}: ${outcome.reason}`,
      })
  }
  if (journals.length === 0) {
    throw new DiagError(
      'unreadable',
      `${dir} has no usable journal: ${gaps.map(({ reason }) => reason).join('; ')}`,
      'the service may have died before its first flush; record again with `infer-diag record`',
    )
  }
  return journals.sort((a, b) => a.header.monotonicMs - b.header.monotonicMs || (a.name < b.name ? -1 : 1))
}

async function decode(tables: RawTables, context: JournalContext): Promise<void> {
  const { journal } = context
  const append = recordDecoder(tables, context)
  let from = RECORD_BYTES
  for await (const view of readChunks(journal.path, journal.validBytes)) {
    append(view, from)
    from = 0
  }
}

function tailGaps({ name, torn, unknown, texts, counts }: ScannedJournal, endMs: number): Gap[] {
  const gap = (kind: string, count: number, reason: string): Gap[] =>
    count === 0 ? [] : [{ kind, count, fromMs: endMs, toMs: endMs, reason: `${name}: ${reason}` }]
  const records = counts.reduce((sum, n) => sum + n, 0)
  return [
    ...gap('torn-tail', torn, `the file ends inside a record, or was not written on, after ${records} records`),
    ...gap('unknown-records', unknown, 'records of a kind that this version does not know'),
    ...gap('broken-texts', texts.broken, `of ${counts[KIND.text]} text records, incomplete or not JSON`),
  ]
}

/** Time 0 is when the first journal was opened. */
function defaultClock(journals: readonly ScannedJournal[]): RecordingMeta['clock'] {
  const { monotonicMs, wallClockMs } = journals[0]!.header
  return { monotonicOriginMs: monotonicMs, wallClockOriginMs: wallClockMs }
}

function wholeRecording({ endMs }: RawTables): { fromMs: number; toMs: number } {
  return { fromMs: 0, toMs: endMs }
}
