import { WRITER } from '../../core/model/journal-layout.js'
import { NO_INDEX, type ThreadInfo } from '../../core/model/recording.js'
import type { ProcessInfo } from '../../core/model/recording-meta.js'
import type { ScannedJournal } from './journal-scan.js'
import type { ThreadDescription } from './text-assembly.js'

/** One process may write several files; a pid given out again after this long is another process. */
const SAME_START_MS = 1000

/** The processes and threads of a recording, numbered as its journals are read. */
export class ProcessRows {
  readonly processes: ProcessInfo[] = []
  readonly threads: ThreadInfo[] = []
  readonly #starts: { pid: number; startMs: number }[] = []
  readonly #slots: number[][] = []
  readonly #described: Map<number, ThreadDescription>[] = []

  /**
   * The row of an agent's process; NO_INDEX for the load client and the outside samplers, which serve no requests.
   * Ask for every journal before the first thread: any file of a process may describe its threads.
   */
  process({ header, texts }: ScannedJournal): number {
    if (header.writer !== WRITER.agent) return NO_INDEX
    const startMs = header.processStartMonotonicMs
    const known = this.#starts.findIndex(
      (other) => other.pid === header.pid && !(Math.abs(other.startMs - startMs) > SAME_START_MS),
    )
    const main = texts.threads.get(0)
    const row = known === -1 ? this.processes.length : known
    const earlier = this.processes[row]
    this.processes[row] = {
      pid: header.pid,
      parentPid: header.ppid,
      title: main?.title ?? earlier?.title ?? '',
      runtime: main?.runtime ?? earlier?.runtime ?? '',
    }
    this.#starts[row] = { pid: header.pid, startMs }
    this.#described[row] = new Map([...(this.#described[row] ?? []), ...texts.threads])
    return row
  }

  /** The row of a process's thread slot, made when first asked for. */
  thread(process: number, slot: number): number {
    if (process === NO_INDEX) return NO_INDEX
    this.#slots[process] ??= []
    const known = this.#slots[process][slot]
    if (known !== undefined) return known
    const described = this.#described[process]?.get(slot)
    const kind = described?.kind ?? (slot === 0 ? 'main' : 'worker')
    const row = this.threads.length
    this.threads.push({ process, name: described?.name ?? (kind === 'main' ? 'main' : `worker ${slot}`), kind })
    this.#slots[process][slot] = row
    return row
  }
}
