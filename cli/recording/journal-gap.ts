import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Gap } from '../../core/model/gap.js'
import { JournalBuffer } from '../../core/model/journal-buffer.js'
import { WRITER } from '../../core/model/journal-layout.js'
import { monotonicMs } from './monotonic-clock.js'

/** Says in the recording, in a journal of its own, what it lacks. */
export function journalGap(directory: string, name: string, gap: Pick<Gap, 'kind' | 'reason' | 'count'>): void {
  const nowMs = monotonicMs()
  const journal = new JournalBuffer()
  journal.header({
    writer: WRITER.outside,
    wallClockMs: Date.now(),
    monotonicMs: nowMs,
    processStartMonotonicMs: nowMs - process.uptime() * 1000,
    pid: process.pid,
    ppid: process.ppid,
  })
  journal.gap({ gap: gap.kind, reason: gap.reason, fromMs: nowMs, toMs: nowMs, count: gap.count })
  writeFileSync(join(directory, `journal-${name}-${process.pid}.idj`), journal.take())
}
