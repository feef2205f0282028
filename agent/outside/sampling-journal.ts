import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { JournalBuffer } from '../../core/model/journal-buffer.js'
import { WRITER } from '../../core/model/journal-layout.js'
import { type Sampling, type SamplingSources, startSampling } from './sampling.js'

const FLUSH_MS = 250

export type SamplingJournalOptions = {
  /** The recording directory, which must exist. */
  readonly dir: string
  readonly rootPid: number
  readonly intervalMs?: number
  readonly sources?: SamplingSources
}

/**
 * Samples into `<dir>/journal-outside-<pid>.idj`, written four times a second, so that a crash loses at most that much.
 * Throws what the file system throws when the file cannot be created; a later failed write ends the journal there.
 */
export function startSamplingJournal({ dir, ...options }: SamplingJournalOptions): Sampling {
  const file = openSync(join(dir, `journal-outside-${process.pid}.idj`), 'w')
  const journal = new JournalBuffer()
  const monotonicMs = Number(process.hrtime.bigint()) / 1e6
  journal.header({
    writer: WRITER.outside,
    wallClockMs: Date.now(),
    monotonicMs,
    processStartMonotonicMs: monotonicMs - process.uptime() * 1000,
    pid: process.pid,
    ppid: process.ppid,
  })
  const flush = () => {
    const bytes = journal.take()
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written)
  }
  flush()
  const sampling = startSampling({
    ...options,
    emit: (sample) => journal.sample(sample),
    gap: ({ kind, ...gap }) => journal.gap({ gap: kind, ...gap }),
  })
  const timer = setInterval(flush, FLUSH_MS)
  return {
    async stop() {
      clearInterval(timer)
      await sampling.stop()
      flush()
      closeSync(file)
    },
  }
}
