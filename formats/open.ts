import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DiagError } from '../core/errors.js'
import type { Gap } from '../core/model/gap.js'
import type { Recording } from '../core/model/recording.js'
import { META_FILE } from '../core/model/recording-meta.js'
import { readJournals } from './journal/journal-recording.js'
import { type Listing, listRecording } from './listing.js'
import { type MetaFile, type MetaOutcome, readMetaFile } from './meta/meta-file.js'

/**
 * Opens a recording, sealed or not. What is damaged but not needed (a corrupt meta.json, one bad journal or profile)
 * becomes a gap.
 * @throws DiagError 'unreadable' when there is nothing here to open, or it is of a newer version.
 */
export async function openRecording(dir: string): Promise<Recording> {
  const listing = await listRecording(dir)
  const meta = await readMetaFile(dir)
  const gaps: Gap[] = meta.kind === 'corrupt' ? [gapOf('meta', `${META_FILE} could not be read: ${meta.reason}`)] : []
  const known: MetaFile = meta.kind === 'meta' ? meta.meta : {}
  if (!readsTables(listing, meta)) return withGaps(await readJournals(dir, listing.journals, known), gaps)
  gaps.push(...(await lateJournals(dir, listing, known)))
  if (meta.kind === 'missing') gaps.push(gapOf('meta', `${META_FILE} is missing; the copy in requests.arrow is used`))
  // apache-arrow takes 100 ms to load: journals do without it.
  const { readSealed } = await import('./arrow/sealed-recording.js')
  try {
    return await readSealed(dir, known.sealed === undefined ? null : known, gaps)
  } catch (error) {
    if (listing.journals.length === 0 || !(error instanceof DiagError)) throw error
    const fallback = gapOf('tables', `${error.message}; the journals beside it were read`)
    return withGaps(await readJournals(dir, listing.journals, known), [...gaps, fallback])
  }
}

/**
 * Tables count once meta.json says that they are complete. Without a readable meta.json they count if there is
 * nothing else, or all of them are there: journals may be partly deleted by then.
 */
function readsTables({ journals, complete }: Listing, meta: MetaOutcome): boolean {
  if (meta.kind === 'meta') return meta.meta.sealed !== undefined || journals.length === 0
  return complete || journals.length === 0
}

/** Journals that sealing has not seen in full. Those that it has are leftovers of a crash while deleting them. */
async function lateJournals(dir: string, { journals }: Listing, { sealed }: MetaFile): Promise<Gap[]> {
  if (sealed === undefined) return []
  const gaps: Gap[] = []
  for (const name of journals) {
    const { size } = await stat(join(dir, name))
    const known = sealed.journals.find((journal) => journal.name === name)
    if (known?.bytes !== size) gaps.push(gapOf('late-journal', `${name} was written on after the recording was sealed`))
  }
  return gaps
}

function withGaps(recording: Recording, gaps: readonly Gap[]): Recording {
  return gaps.length === 0 ? recording : { ...recording, gaps: [...recording.gaps, ...gaps] }
}

function gapOf(kind: string, reason: string): Gap {
  return { kind, count: 1, fromMs: Number.NaN, toMs: Number.NaN, reason }
}
