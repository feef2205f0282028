import type { Gap } from '../../core/model/gap.js'
import type { Recording } from '../../core/model/recording.js'
import { completeMeta, FORMAT_VERSION } from '../meta/default-meta.js'
import { checkVersion, type MetaFile, parseMeta } from '../meta/meta-file.js'
import { openProfiles } from '../profiles.js'
import { openTables, readTables } from './recording-tables.js'
import { tableColumns } from './table-columns.js'
import { type Checksum, TABLES, type TableName, tablePath } from './table-names.js'
import { damaged } from './table-reader.js'
import { writeTable } from './table-writer.js'

const VERSION_KEY = 'infer-diag.formatVersion'
/** meta.json once more, in requests.arrow: the tables alone are a whole recording. */
const META_KEY = 'infer-diag.meta'

/** Writes the five tables. `meta`: what meta.json will hold, but for the checksums that this returns. */
export async function writeTables(
  dir: string,
  recording: Recording,
  meta: MetaFile,
): Promise<Record<TableName, Checksum>> {
  const columns = tableColumns(recording)
  const checksums: Partial<Record<TableName, Checksum>> = {}
  for (const table of TABLES) {
    const metadata = new Map([[VERSION_KEY, String(FORMAT_VERSION)]])
    if (table === 'requests') metadata.set(META_KEY, JSON.stringify(meta))
    const { rows, columns: own } = columns[table]
    checksums[table] = await writeTable(tablePath(dir, table), rows, own, metadata)
  }
  return checksums as Record<TableName, Checksum>
}

/**
 * Reads the five tables.
 * @param meta of meta.json, sealed; null = take the copy in requests.arrow.
 * @param gaps that were met on the way here.
 * @throws DiagError when a table is missing, damaged or of a newer version.
 */
export async function readSealed(dir: string, meta: MetaFile | null, gaps: readonly Gap[]): Promise<Recording> {
  const readers = await openTables(dir, meta?.sealed?.tables ?? {})
  for (const { path, metadata } of Object.values(readers)) checkVersion(path, Number(metadata.get(VERSION_KEY) ?? 1))
  const path = tablePath(dir, 'requests')
  const sealed = meta?.threads === undefined ? embeddedMeta(readers.requests.metadata.get(META_KEY), path) : meta
  const { threads = [], profiles = [], processes = [] } = sealed
  const tables = readTables(readers, threads, processes)
  const found = [...gaps]
  const windows = await openProfiles(dir, profiles, found)
  return {
    meta: completeMeta(dir, sealed, {
      clock: { monotonicOriginMs: 0, wallClockOriginMs: 0 },
      processes,
      pipeline: {},
      observed: 'outside',
      endMs: 0,
    }),
    ...tables,
    profiles: windows,
    gaps: [...(sealed.gaps ?? []).map(withTimes), ...found],
    threads,
  }
}

function embeddedMeta(text: string | undefined, path: string): MetaFile {
  const outcome = parseMeta(text ?? '', path)
  if (outcome.kind === 'meta') return outcome.meta
  throw damaged(path, `its copy of meta.json is ${outcome.kind === 'missing' ? 'missing' : outcome.reason}`)
}

/** JSON has no NaN: an unknown time is null there. */
function withTimes(gap: Gap): Gap {
  return { ...gap, fromMs: gap.fromMs ?? Number.NaN, toMs: gap.toMs ?? Number.NaN }
}
