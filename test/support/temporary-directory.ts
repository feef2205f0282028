/** A temporary directory for tests, removed when the test ends. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

type Cleanup = (undo: () => Promise<void>) => void

export async function temporaryDirectory(onTestFinished: Cleanup): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'infer-diag-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return dir
}
