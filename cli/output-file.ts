import { mkdirSync, statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { DiagError } from '../core/errors.js'
import { unwritableOutput } from './failure.js'

const MISPLACED: Readonly<Record<string, { reason: string; hint: string }>> = {
  EISDIR: { reason: 'it is a directory', hint: 'give -o a file in it' },
  ENOENT: { reason: 'its directory does not exist', hint: 'make that first, or choose another -o' },
  ENOTDIR: { reason: 'part of its path is a file', hint: 'choose another -o' },
}

/**
 * Writes a file that `-o` names; one that is there is replaced only with `force`, but a pipe or a device is written to.
 * Throws a usage error, or an `unwritable` one that says why it cannot be written.
 */
export async function writeOutputFile(file: string, content: string, force: boolean): Promise<void> {
  try {
    if (!force && statSync(file, { throwIfNoEntry: false })?.isFile()) throw taken(`${file} exists already`)
    await writeFile(file, content)
  } catch (error) {
    const misplaced = MISPLACED[error instanceof Error && 'code' in error ? String(error.code) : '']
    if (misplaced !== undefined) {
      throw new DiagError('unwritable', `cannot write ${file}: ${misplaced.reason}`, misplaced.hint)
    }
    throw unwritableOutput(error, file) ?? error
  }
}

/** A line for the terminal. */
export function written(what: string, file: string): string {
  return `${what} written to ${file}\n`
}

/**
 * Makes the directory that `-o` names for `file` and what lies beside it, and returns its absolute path; an earlier one is
 * replaced only with `force`. Throws a usage or an `unwritable` error.
 */
export function prepareOutputDirectory(directory: string, file: string, force: boolean): string {
  const path = resolve(directory)
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new DiagError('usage', `${directory} is a file, wanted a directory`, 'give -o a new or empty directory')
  }
  if (!force && statSync(join(path, file), { throwIfNoEntry: false }) !== undefined) {
    throw taken(`${directory} already holds ${file}`)
  }
  try {
    mkdirSync(path, { recursive: true })
  } catch (error) {
    throw unwritableOutput(error, directory) ?? error
  }
  return path
}

function taken(fact: string): DiagError {
  return new DiagError('usage', fact, 'choose another -o, or add --force')
}
