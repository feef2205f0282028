import { Counters } from './counter.js'
import { kernelUnits } from './kernel-units.js'
import type { RunningSampler, Sampler, SamplingContext } from './sampler.js'

/** CPU and resident memory of each process of the tree. The kernel counts CPU in ticks, so one sample is coarse (10 ms). */
export const processUsage: Sampler = {
  id: 'process-usage',
  start(context) {
    if (context.platform === 'linux') return ofTree(context)
    if (context.rootPid === process.pid) return ofOurselves(context)
    return { notMeasured: `CPU and memory of another process are not available on ${context.platform}` }
  },
}

function ofTree(context: SamplingContext): RunningSampler {
  const units = kernelUnits()
  const ticks = new Counters<string>()
  return {
    poll(tMs) {
      const live = new Set<string>()
      for (const { pid, stat } of context.tree.processes) {
        const key = `${pid} ${stat.startTicks}`
        live.add(key)
        const ticksPerMs = ticks.perMs(key, stat.cpuTicks, tMs)
        context.emit(tMs, 'process.cpu', String(pid), (ticksPerMs * 1000) / units.clockTicksPerSecond)
        context.emit(tMs, 'process.rss', String(pid), stat.rssPages * units.pageBytes)
      }
      for (const key of ticks.keys()) if (!live.has(key)) ticks.delete(key)
    },
  }
}

function ofOurselves(context: SamplingContext): RunningSampler {
  const cpuMs = new Counters<'cpu'>()
  return {
    poll(tMs) {
      const { user, system } = process.cpuUsage()
      context.emit(tMs, 'process.cpu', String(process.pid), cpuMs.perMs('cpu', (user + system) / 1000, tMs))
      context.emit(tMs, 'process.rss', String(process.pid), process.memoryUsage.rss())
    },
  }
}
