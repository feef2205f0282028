import { cpus } from 'node:os'
import { Counters } from './counter.js'
import { ProcFile } from './proc-file.js'
import type { RunningSampler, Sampler, SamplingContext } from './sampler.js'

/** CPU time of the whole host, in ticks (or any one unit); `runnable`: threads that run or want to. */
export type HostCpu = {
  readonly busy: number
  readonly steal: number
  readonly total: number
  readonly runnable: number
}

/**
 * proc_stat(5): `cpu user nice system idle iowait irq softirq steal guest guest_nice`, guest being part of user. Time
 * stolen by the hypervisor is neither busy nor idle. Returns null for text without the `cpu` line.
 */
export function parseHostCpu(text: string): HostCpu | null {
  const line = /^cpu +(.+)$/m.exec(text)
  if (!line) return null
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = line[1]
    .split(' ')
    .map(Number)
  const busy = user + nice + system + irq + softirq
  const runnable = /^procs_running (\d+)$/m.exec(text)
  return {
    busy,
    steal,
    total: busy + idle + iowait + steal,
    // The thread that reads the file is always one of them.
    runnable: runnable ? Math.max(0, Number(runnable[1]) - 1) : Number.NaN,
  }
}

export const hostCpu: Sampler = {
  id: 'host-cpu',
  start(context) {
    return context.platform === 'linux' ? fromProc(context) : fromNode(context)
  },
}

function fromProc(context: SamplingContext): RunningSampler {
  const file = new ProcFile(`${context.procRoot}/stat`)
  const emit = emitter(context)
  return {
    poll(tMs) {
      const cpu = parseHostCpu(file.read() ?? '')
      if (cpu) emit(tMs, cpu)
      else context.notMeasured('host-cpu', `${file.path} has no cpu line`)
    },
    stop: () => file.close(),
  }
}

// os.cpus() knows neither stolen time nor runnable threads.
function fromNode(context: SamplingContext): RunningSampler {
  const emit = emitter(context)
  context.notMeasured('host-steal', `stolen CPU time is not available on ${context.platform}`)
  return {
    poll(tMs) {
      const cores = cpus()
      const busy = cores.reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0)
      const idle = cores.reduce((sum, { times }) => sum + times.idle, 0)
      emit(tMs, { busy, steal: Number.NaN, total: busy + idle, runnable: Number.NaN })
    },
  }
}

function emitter(context: SamplingContext) {
  const counters = new Counters<'busy' | 'steal' | 'total'>()
  return (tMs: number, cpu: HostCpu): void => {
    const total = counters.perMs('total', cpu.total, tMs)
    const busy = counters.perMs('busy', cpu.busy, tMs)
    const steal = counters.perMs('steal', cpu.steal, tMs)
    // Nothing is known when no tick passed: 0 / 0 is NaN, and NaN is not emitted.
    context.emit(tMs, 'host.cpu', '', busy / total)
    context.emit(tMs, 'host.steal', '', steal / total)
    context.emit(tMs, 'host.runnable', '', cpu.runnable)
  }
}
