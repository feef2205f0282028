import { Counter } from './counter.js'
import { kernelUnits } from './kernel-units.js'
import { ProcFile } from './proc-file.js'
import { parseProcessStat } from './process-stat.js'

/** Cumulative ms on CPU, and runnable but not running (NaN = the kernel does not say). */
export type ThreadTimes = { readonly cpuMs: number; readonly waitMs: number }

/**
 * /proc/<pid>/task/<tid>/schedstat: ns on CPU, ns waiting on a run queue, time slices. Kernels without scheduler
 * statistics print zeros, and so do threads that have not run yet.
 * https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat
 */
export function parseSchedstat(text: string): ThreadTimes | null {
  const [runNs, waitNs] = text.split(' ').map(Number)
  return text !== '' && Number.isFinite(runNs + waitNs) ? { cpuMs: runNs / 1e6, waitMs: waitNs / 1e6 } : null
}

/** Whether this kernel keeps scheduler statistics: we ourselves have run for certain. */
export function hasSchedstat(procRoot: string): boolean {
  const file = new ProcFile(`${procRoot}/self/schedstat`)
  const times = parseSchedstat(file.read() ?? '')
  file.close()
  return times !== null && times.cpuMs > 0
}

/** One thread of the tree and what it did since it was last read. */
export class Thread {
  /** "pid/tid name". */
  instance = ''
  readonly #pid: number
  readonly #tid: string
  readonly #directory: string
  readonly #file: ProcFile
  readonly #parse: (text: string) => ThreadTimes | null
  readonly #cpu = new Counter()
  readonly #wait = new Counter()

  constructor(procRoot: string, pid: number, tid: string, schedstat: boolean) {
    this.#pid = pid
    this.#tid = tid
    this.#directory = `${procRoot}/${pid}/task/${tid}`
    this.#file = new ProcFile(`${this.#directory}/${schedstat ? 'schedstat' : 'stat'}`)
    this.#parse = schedstat ? parseSchedstat : timesFromStat
    this.refreshName()
  }

  /** Fractions of the time since the last call, each 0..1; `wait` is NaN where the kernel does not say. */
  read(tMs: number): { cpu: number; wait: number } | 'first' | 'ended' {
    const times = this.#parse(this.#file.read() ?? '')
    if (!times) return 'ended'
    // The file is read a little after tMs, by up to a ms of 100: a thread cannot have run for more than all the time.
    const cpu = Math.min(1, this.#cpu.perMs(times.cpuMs, tMs))
    const wait = Math.min(1, this.#wait.perMs(times.waitMs, tMs))
    return Number.isNaN(cpu) ? 'first' : { cpu, wait }
  }

  refreshName(): void {
    const file = new ProcFile(`${this.#directory}/comm`)
    const name = file.read()?.trim()
    file.close()
    if (name !== undefined) this.instance = `${this.#pid}/${this.#tid} ${name}`
  }

  close(): void {
    this.#file.close()
  }
}

/** Without scheduler statistics: the thread's own CPU ticks, 10 ms each on most kernels, and no waiting time. */
function timesFromStat(text: string): ThreadTimes | null {
  const stat = parseProcessStat(text)
  if (!stat || stat.ended) return null
  return { cpuMs: (stat.cpuTicks * 1000) / kernelUnits().clockTicksPerSecond, waitMs: Number.NaN }
}
