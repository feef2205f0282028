import { Counter } from './counter.js'
import { ProcFile } from './proc-file.js'
import { NEEDS_PROC, type Sampler } from './sampler.js'

/**
 * Microseconds in which some runnable task waited for a CPU, from /proc/pressure/cpu.
 * https://docs.kernel.org/accounting/psi.html
 */
export function parsePressureUs(text: string): number {
  const some = /^some .*\btotal=(\d+)/m.exec(text)
  return some ? Number(some[1]) : Number.NaN
}

export const cpuPressure: Sampler = {
  id: 'cpu-pressure',
  start(context) {
    if (context.platform !== 'linux') return NEEDS_PROC
    const file = new ProcFile(`${context.procRoot}/pressure/cpu`)
    // The file exists on kernels booted with psi=0, but then reading it fails with EOPNOTSUPP.
    let text: string | null = null
    try {
      text = file.read()
    } catch {}
    if (text === null) return { notMeasured: 'this kernel has no pressure stall information (CONFIG_PSI, psi=1)' }
    const waitedUs = new Counter()
    return {
      poll(tMs) {
        const perMs = waitedUs.perMs(parsePressureUs(file.read() ?? ''), tMs)
        context.emit(tMs, 'host.cpuPressure', '', Math.min(1, perMs / 1000))
      },
      stop: () => file.close(),
    }
  },
}
