import type { Facts } from './fact.js'
import type { Traffic } from './traffic.js'

/** Due ten times a second: a loop whose samples stay out for longer does not come to take them. */
const SILENT_MS = 1000

/**
 * By instance of `loop.utilization`: the fraction of the window, at its end, in which a process was there and its main loop
 * took no samples any more. Code that does not return keeps it from that, and leaves no other trace.
 */
export function stalledLoops({ recording }: Facts, { fromMs, toMs, durationMs }: Traffic): ReadonlyMap<string, number> {
  const { samples, meta } = recording
  const lastMs = new Map<number, number>()
  for (let i = 0; i < samples.count; i++) {
    const tMs = samples.tMs[i]!
    if (tMs <= toMs) lastMs.set(samples.series[i]!, Math.max(tMs, lastMs.get(samples.series[i]!) ?? tMs))
  }
  const stalled = new Map<string, number>()
  for (const [id, { metric, instance }] of samples.seriesInfo.entries()) {
    const owner = /^(?:(\d+)\/)?main$/.exec(instance)
    if (metric !== 'loop.utilization' || owner === null) continue
    const pid = owner[1] ?? String(meta.processes[0]?.pid)
    const process = samples.seriesInfo.findIndex((one) => one.metric === 'process.cpu' && one.instance === pid)
    const silentMs = (lastMs.get(process) ?? fromMs) - Math.max(fromMs, lastMs.get(id) ?? toMs)
    if (silentMs > SILENT_MS) stalled.set(instance, silentMs / durationMs)
  }
  return stalled
}
