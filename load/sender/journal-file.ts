import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { JournalBuffer } from '../../core/model/journal-buffer.js'
import { WRITER } from '../../core/model/journal-layout.js'
import { monotonicMs } from '../clock.js'

/** The journal of one sender. What `flush` has written survives the process. */
export class JournalFile {
  readonly path: string
  readonly records: JournalBuffer
  readonly #file: FileHandle
  #writing: Promise<void> = Promise.resolve()

  private constructor(path: string, file: FileHandle, records: JournalBuffer) {
    this.path = path
    this.#file = file
    this.records = records
  }

  /** Creates `<dir>/journal-load-<pid>-<n>.idj` with the first `n` that is free, and writes its header. */
  static async create(dir: string): Promise<JournalFile> {
    for (let n = 0; ; n++) {
      const path = join(dir, `journal-load-${process.pid}-${n}.idj`)
      const file = await openNew(path)
      if (file === null) continue
      // Text ids belong to (process, thread): the file's number keeps those of two journals of one process apart.
      const records = new JournalBuffer(n)
      const nowMs = monotonicMs()
      records.header({
        writer: WRITER.load,
        wallClockMs: Date.now(),
        monotonicMs: nowMs,
        processStartMonotonicMs: nowMs - process.uptime() * 1000,
        pid: process.pid,
        ppid: process.ppid,
      })
      const journal = new JournalFile(path, file, records)
      await journal.flush()
      return journal
    }
  }

  /** Writes what has been recorded so far; calls are served one after the other. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      const bytes = this.records.take()
      if (bytes.length > 0) await this.#file.appendFile(bytes)
    })
    return this.#writing
  }

  async close(): Promise<void> {
    await this.flush()
    await this.#file.close()
  }
}

async function openNew(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'ax')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return null
    throw error
  }
}
