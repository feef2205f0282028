import { writeFile } from 'node:fs/promises'
import { DiagError } from '../core/errors.js'
import { unwritableOutput } from './failure.js'

const MISPLACED: Readonly<Record<string, string>> = {
  EISDIR: 'it is a directory',
  ENOENT: 'its directory does not exist',
  ENOTDIR: 'part of its path is a file',
}

/** Writes a file that `-o` names. Throws an `unwritable` error that says why it cannot be written. */
export async function writeOutputFile(file: string, content: string): Promise<void> {
  try {
    await writeFile(file, content)
  } catch (error) {
    const reason = MISPLACED[error instanceof Error && 'code' in error ? String(error.code) : '']
    if (reason !== undefined) throw new DiagError('unwritable', `cannot write ${file}: ${reason}`, 'give -o a new file')
    throw unwritableOutput(error, file) ?? error
  }
}
