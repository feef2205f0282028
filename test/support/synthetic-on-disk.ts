import { join } from 'node:path'
import { JournalEmitter } from '../../fixtures/recordings/journal-emitter.js'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import type { SyntheticOptions } from '../../fixtures/recordings/synthetic-options.js'
import { sealRecording, writeMeta } from '../../formats/index.js'

/** Writes and seals a recording of the simulated service, as `record` would, and returns its directory. */
export async function writeSynthetic(under: string, name: string, changes: Partial<SyntheticOptions>): Promise<string> {
  const dir = join(under, name)
  const recording = synthesize(changes)
  const emitter = new JournalEmitter(dir, recording)
  emitter.add(recording, { ms: 0, idleMs: 0 })
  emitter.close()
  await writeMeta(dir, { ...recording.meta, id: name })
  await sealRecording(dir)
  return dir
}
