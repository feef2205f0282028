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

// A process may be put into another cgroup after its start, and a launcher's children into one of their own.
const LOOK_AGAIN_MS = 1000

export const cgroupThrottling: Sampler = {
  id: 'cgroup-throttling',
  start(context) {
    if (context.platform !== 'linux') return NEEDS_PROC
    const files = new Map<string, ProcFile>()
    const counters = new Counters<string>()
    let lookAgainMs = Number.NEGATIVE_INFINITY
    return {
      poll(tMs) {
        if (tMs >= lookAgainMs && context.tree.processes.length > 0) {
          addFiles(context, files)
          lookAgainMs = tMs + LOOK_AGAIN_MS
        }
        // A quota may be set on any level; the one that throttles most is the one that counts.
        const fractions = [...files.values()].map((file) => {
          return counters.perMs(file.path, parseThrottledMs(file.read() ?? ''), tMs)
        })
        const known = fractions.filter(Number.isFinite)
        // The sum over CPUs can exceed wall time; all the time is the most that a process can be held.
        context.emit(tMs, 'cgroup.throttled', '', known.length > 0 ? Math.min(1, Math.max(...known)) : Number.NaN)
      },
      stop() {
        for (const file of files.values()) file.close()
      },
    }
  },
}

/** Adds the cgroups that the tree's processes are in now, with every level above. */
function addFiles(context: SamplingContext, files: Map<string, ProcFile>): void {
  for (const { pid } of context.tree.processes) {
    for (const directory of readCgroup(context.procRoot, pid, 'cpu')?.directories ?? []) {
      if (files.has(directory)) continue
      const file = new ProcFile(`${directory}/cpu.stat`)
      if (Number.isFinite(parseThrottledMs(file.read() ?? ''))) files.set(directory, file)
      else file.close()
    }
  }
  if (files.size > 0) return
  context.notMeasured('cgroup-throttling', 'no cpu.stat with throttling figures in the cgroup of the process')
}
