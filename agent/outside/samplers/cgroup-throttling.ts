import { readCgroup } from './cgroup-path.js'
import { Counters } from './counter.js'
import { ProcFile } from './proc-file.js'
import { NEEDS_PROC, type Sampler, type SamplingContext } from './sampler.js'

/**
 * Milliseconds that a cgroup's CPU quota kept its tasks from running, summed over CPUs. `cpu.stat` of version 2 has
 * `throttled_usec`, of version 1 `throttled_time` in ns; NaN when neither is there (the v2 root cgroup).
 * https://docs.kernel.org/scheduler/sched-bwc.html#statistics
 */
export function parseThrottledMs(text: string): number {
  const usec = /^throttled_usec (\d+)$/m.exec(text)
  if (usec) return Number(usec[1]) / 1e3
  const nsec = /^throttled_time (\d+)$/m.exec(text)
  return nsec ? Number(nsec[1]) / 1e6 : Number.NaN
}

export const cgroupThrottling: Sampler = {
  id: 'cgroup-throttling',
  start(context) {
    if (context.platform !== 'linux') return NEEDS_PROC
    let files: ProcFile[] | null = null
    const counters = new Counters<string>()
    return {
      poll(tMs) {
        files ??= open(context)
        if (!files) return
        // A quota may be set on any level; the one that throttles most is the one that counts.
        const fractions = files.map((file) => {
          const throttledMs = parseThrottledMs(file.read() ?? '')
          return counters.perMs(file.path, throttledMs, tMs)
        })
        const known = fractions.filter(Number.isFinite)
        // The sum over CPUs can exceed wall time; all the time is the most that a process can be held.
        context.emit(tMs, 'cgroup.throttled', '', known.length > 0 ? Math.min(1, Math.max(...known)) : Number.NaN)
      },
      stop() {
        for (const file of files ?? []) file.close()
      },
    }
  },
}

/** null while the process is not there yet; an empty list, and a gap, when it is but its cgroup shows nothing. */
function open(context: SamplingContext): ProcFile[] | null {
  const first = context.tree.processes.at(0)
  if (!first) return null
  const cgroup = readCgroup(context.procRoot, first.pid, 'cpu')
  const files = (cgroup?.directories ?? [])
    .map((directory) => new ProcFile(`${directory}/cpu.stat`))
    .filter((file) => Number.isFinite(parseThrottledMs(file.read() ?? '')))
  if (files.length === 0) {
    context.notMeasured('cgroup-throttling', 'no cpu.stat with throttling figures in the cgroup of the process')
  }
  return files
}
