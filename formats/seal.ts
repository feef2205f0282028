import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DiagError, isOutOfFiles } from '../core/errors.js'
import type { Recording } from '../core/model/recording.js'
import { TABLES, tablePath } from './arrow/table-names.js'
import { listRecording } from './listing.js'
import { type MetaFile, readMetaFile, type SealedJournal, writeMetaFile } from './meta/meta-file.js'
import { openRecording } from './open.js'
import { causeOf, errnoOf } from './unreadable.js'

/**
 * Turns journals into Arrow tables: tables first, then meta.json, which makes them count, then the journals go. A
 * crash at any moment leaves a directory that opens; sealing again finishes the job.
 * @throws DiagError when the recording cannot be read, or the disk is full (the journals are kept).
 */
export async function sealRecording(dir: string): Promise<void> {
  const { journals: names, complete } = await listRecording(dir)
  const outcome = await readMetaFile(dir)
  if (outcome.kind === 'meta' && outcome.meta.sealed !== undefined) {
    await removeSealed(dir, outcome.meta.sealed.journals)
    return
  }
  const journals = await Promise.all(names.map(async (name) => ({ name, bytes: (await stat(join(dir, name))).size })))
  const recording = await openRecording(dir)
  const meta = sealedMeta(recording, journals)
  try {
    if (journals.length > 0) {
      const { writeTables } = await import('./arrow/sealed-recording.js')
      const tables = await writeTables(dir, recording, meta)
      await writeMetaFile(dir, { ...meta, sealed: { journals, tables } })
    } else await writeMetaFile(dir, meta)
  } catch (error) {
    if (!complete) await Promise.all(TABLES.map((table) => rm(tablePath(dir, table), { force: true })))
    throw cannotSeal(dir, error)
  }
  await removeSealed(dir, journals)
}

/** meta.json of a sealed recording, but for the checksums of its tables. */
export function sealedMeta({ meta, threads, profiles, gaps }: Recording, journals: readonly SealedJournal[]): MetaFile {
  const windows = profiles.map(({ thread, startMs, endMs, file }) => ({ thread, startMs, endMs, file }))
  return { ...meta, sealed: { journals }, threads, profiles: windows, gaps }
}

/** A journal that has grown since holds records that no table has: it stays. */
async function removeSealed(dir: string, journals: readonly SealedJournal[]): Promise<void> {
  for (const { name, bytes } of journals) {
    const path = join(dir, name)
    const size = await stat(path).then(
      (status) => status.size,
      () => null,
    )
    if (size === bytes) await rm(path, { force: true })
  }
}

function cannotSeal(dir: string, error: unknown): unknown {
  if (error instanceof DiagError) return error
  if (errnoOf(error) === null) return error
  const remedy = isOutOfFiles(error) ? 'raise ulimit -n' : 'make room or fix the directory'
  return new DiagError(
    'unreadable',
    `cannot seal ${dir}: ${causeOf(error)}`,
    `${remedy}, then \`infer-diag diagnose ${dir}\`: the journals are kept and nothing is lost`,
  )
}
