import type { Recording } from '../core/model/recording.js'
import { readJournals } from './journal/journal-recording.js'
import { listRecording } from './listing.js'
import { readMetaFile } from './meta/meta-file.js'

/**
 * Opens a recording, sealed or not.
 * @throws DiagError 'unreadable' when there is nothing here to open, or it is of a newer version.
 */
export async function openRecording(dir: string): Promise<Recording> {
  const listing = await listRecording(dir)
  const meta = await readMetaFile(dir)
  return readJournals(dir, listing.journals, meta.kind === 'meta' ? meta.meta : {})
}
