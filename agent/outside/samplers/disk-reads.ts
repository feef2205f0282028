import { Counter } from './counter.js'
import { ProcFile } from './proc-file.js'
import { NEEDS_PROC, type Sampler } from './sampler.js'

/** Bytes fetched from storage (page-cache hits do not count), from /proc/<pid>/io: proc_pid_io(5). */
export function parseReadBytes(text: string): number {
  const match = /^read_bytes: (\d+)$/m.exec(text)
  return match ? Number(match[1]) : Number.NaN
}

type Reader = { readonly file: ProcFile; readonly counter: Counter }

/** Storage reads of the whole tree, per second. */
export const diskReads: Sampler = {
  id: 'disk-reads',
  start(context) {
    if (context.platform !== 'linux') return NEEDS_PROC
    const readers = new Map<string, Reader>()
    return {
      poll(tMs) {
        const live = new Set<string>()
        const rates: number[] = []
        for (const { pid, stat } of context.tree.processes) {
          const key = `${pid} ${stat.startTicks}`
          live.add(key)
          const reader = readers.get(key) ?? {
            file: new ProcFile(`${context.procRoot}/${pid}/io`),
            counter: new Counter(),
          }
          readers.set(key, reader)
          try {
            rates.push(reader.counter.perMs(parseReadBytes(reader.file.read() ?? ''), tMs))
          } catch (error) {
            // EACCES: the file is the owner's alone.
            context.notMeasured('disk-reads', `cannot read ${reader.file.path}: ${(error as Error).message}`)
          }
        }
        const known = rates.filter(Number.isFinite)
        if (known.length > 0) context.emit(tMs, 'disk.read', '', known.reduce((sum, rate) => sum + rate, 0) * 1000)
        for (const [key, { file }] of readers) {
          if (live.has(key)) continue
          file.close()
          readers.delete(key)
        }
      },
      stop() {
        for (const { file } of readers.values()) file.close()
      },
    }
  },
}
