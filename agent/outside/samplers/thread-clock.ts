import { Counter } from './counter.js'
import { kernelUnits } from './kernel-units.js'
import { ProcFile } from './proc-file.js'
import { parseProcessStat } from './process-stat.js'
import type { SamplingContext } from './sampler.js'

/** Cumulative ms on CPU, and runnable but not running (NaN = the kernel does not say). */
export type ThreadTimes = { readonly cpuMs: number; readonly waitMs: number }

/**
 * /proc/<pid>/task/<tid>/schedstat: ns on CPU, ns waiting on a run queue, time slices.
 * https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat
 * Kernels without scheduler statistics print zeros, which is null here: every thread has run a little.
 */
export function parseSchedstat(text: string): ThreadTimes | null {
  const [runNs, waitNs] = text.split(' ').map(Number)
  return runNs > 0 && Number.isFinite(waitNs) ? { cpuMs: runNs / 1e6, waitMs: waitNs / 1e6 } : null
}

/** One thread of the tree and what it did since it was last read. */
export class Thread {
  /** "pid/tid name". */
  instance = ''
  readonly #context: SamplingContext
  readonly #pid: number
  readonly #tid: string
  readonly #name: string
  readonly #cpu = new Counter()
  readonly #wait = new Counter()
  #file: ProcFile
  #ticks = false

  constructor(context: SamplingContext, pid: number, tid: string) {
    const directory = `${context.procRoot}/${pid}/task/${tid}`
    this.#context = context
    this.#pid = pid
    this.#tid = tid
    this.#name = `${directory}/comm`
    this.#file = new ProcFile(`${directory}/schedstat`)
    this.refreshName()
  }

  /** Fractions of the time since the last call, each 0..1; `wait` is NaN where the kernel does not say. */
  read(tMs: number): { cpu: number; wait: number } | 'first' | 'ended' {
    const times = this.#times()
    if (!times) return 'ended'
    // The file is read a little after tMs, by up to a ms of 100: a thread cannot have run for more than all the time.
    const cpu = Math.min(1, this.#cpu.perMs(times.cpuMs, tMs))
    const wait = Math.min(1, this.#wait.perMs(times.waitMs, tMs))
    return Number.isNaN(cpu) ? 'first' : { cpu, wait }
  }

  refreshName(): void {
    const file = new ProcFile(this.#name)
    const name = file.read()?.trim()
    file.close()
    if (name !== undefined) this.instance = `${this.#pid}/${this.#tid} ${name}`
  }

  close(): void {
    this.#file.close()
  }

  #times(): ThreadTimes | null {
    const text = this.#file.read()
    if (this.#ticks) return text === null ? null : timesFromStat(text)
    const times = text === null ? null : parseSchedstat(text)
    return times ?? this.#useTicks()
  }

  /** Without scheduler statistics: the thread's own CPU ticks, 10 ms each on most kernels, and no waiting time. */
  #useTicks(): ThreadTimes | null {
    const file = new ProcFile(this.#file.path.replace(/schedstat$/, 'stat'))
    const text = file.read()
    if (text === null) return null
    this.#context.notMeasured('run-queue-wait', 'this kernel has no scheduler statistics (schedstat)')
    this.#file.close()
    this.#file = file
    this.#ticks = true
    return timesFromStat(text)
  }
}

function timesFromStat(text: string): ThreadTimes | null {
  const stat = parseProcessStat(text)
  if (!stat || stat.ended) return null
  return { cpuMs: (stat.cpuTicks * 1000) / kernelUnits().clockTicksPerSecond, waitMs: Number.NaN }
}
