import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SERVICE_LOG_GAP } from '../../core/model/gap.js'
import { JournalBuffer } from '../../core/model/journal-buffer.js'
import { WRITER } from '../../core/model/journal-layout.js'

/** Says in the recording how many bytes of the service's output `service.log` lacks. */
export function journalLogGap(directory: string, cutBytes: number): void {
  const monotonicMs = Number(process.hrtime.bigint()) / 1e6
  const journal = new JournalBuffer()
  journal.header({
    writer: WRITER.outside,
    wallClockMs: Date.now(),
    monotonicMs,
    processStartMonotonicMs: monotonicMs - process.uptime() * 1000,
    pid: process.pid,
    ppid: process.ppid,
  })
  const reason = 'bytes of what the service printed were cut out of the middle of service.log'
  journal.gap({ gap: SERVICE_LOG_GAP, reason, fromMs: monotonicMs, toMs: monotonicMs, count: cutBytes })
  writeFileSync(join(directory, `journal-service-log-${process.pid}.idj`), journal.take())
}
