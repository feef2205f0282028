import { readdir, stat } from 'node:fs/promises'
import { DiagError } from '../core/errors.js'
import { TABLES } from './arrow/table-names.js'
import { errnoOf, unreadableFile } from './unreadable.js'

const RECORD_HINT = 'make a recording with `infer-diag record -- <command>`'

export type Listing = {
  /** journal-<pid>-<n>.idj, by name. */
  readonly journals: readonly string[]
  /** Whether all five tables are there. */
  readonly complete: boolean
}

/** @throws DiagError 'unreadable' when the path is no directory, or holds neither journals nor tables. */
export async function listRecording(dir: string): Promise<Listing> {
  let names: string[]
  try {
    if (!(await stat(dir)).isDirectory()) {
      throw new DiagError('unreadable', `${dir} is a file; a recording is a directory`, RECORD_HINT)
    }
    names = (await readdir(dir)).sort()
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') {
      throw new DiagError('unreadable', `${dir} does not exist`, `check the path, or ${RECORD_HINT}`)
    }
    throw unreadableFile(dir, error)
  }
  const journals = names.filter((name) => name.endsWith('.idj'))
  const tables = names.filter((name) => name.endsWith('.arrow'))
  const complete = TABLES.every((table) => names.includes(`${table}.arrow`))
  if (journals.length > 0 || tables.length > 0) return { journals, complete }
  if (names.length === 0)
    throw new DiagError('unreadable', `${dir} is empty; journals or tables are wanted`, RECORD_HINT)
  const seen = names.slice(0, 3).join(', ') + (names.length > 3 ? ', ...' : '')
  throw new DiagError('unreadable', `${dir} is not a recording: it holds ${seen}, no journals or tables`, RECORD_HINT)
}
