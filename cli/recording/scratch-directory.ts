import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DiagError } from '../../core/errors.js'

export type ScratchDirectory = { readonly path: string; remove(): void }

/**
 * A new directory among the temporary ones. It goes with the process too: given up with a second Ctrl-C, that ends without
 * running `finally`. Throws an `unwritable` error.
 */
export function makeScratchDirectory(): ScratchDirectory {
  let path: string
  try {
    path = mkdtempSync(join(tmpdir(), 'infer-diag-demo-'))
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? error.code : error
    throw new DiagError('unwritable', `cannot write to ${tmpdir()}: ${reason}`, 'name a directory in TMPDIR')
  }
  const removeNow = () => rmSync(path, { recursive: true, force: true })
  process.once('exit', removeNow)
  return {
    path,
    remove() {
      removeNow()
      process.off('exit', removeNow)
    },
  }
}
