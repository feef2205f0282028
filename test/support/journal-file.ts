/** Journals for tests: any writer, any threads, placed in a recording directory. */
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { JournalBuffer } from '../../core/model/journal-buffer.js'
import type { HeaderRecord } from '../../core/model/journal-encoder.js'
import { WRITER } from '../../core/model/journal-layout.js'

export const FIXTURE_HEADER: HeaderRecord = {
  writer: WRITER.agent,
  wallClockMs: Date.UTC(2026, 0, 1),
  monotonicMs: 1000,
  processStartMonotonicMs: 900,
  pid: 100,
  ppid: 1,
}

/** Writes `journal-<pid>-<n>.idj` from a header and the records of any number of threads; returns its name. */
export async function writeJournal(
  dir: string,
  header: Partial<HeaderRecord>,
  threads: readonly JournalBuffer[],
  n = 0,
): Promise<string> {
  const whole = { ...FIXTURE_HEADER, ...header }
  const head = new JournalBuffer()
  head.header(whole)
  const name = `journal-${whole.pid}-${n}.idj`
  for (const buffer of [head, ...threads]) await appendFile(join(dir, name), buffer.take())
  return name
}
