import { batching } from '../../facts/batching.js'
import { cpuSupply } from '../../facts/cpu-supply.js'
import type { Facts } from '../../facts/fact.js'
import { traffic } from '../../facts/traffic.js'
import { NO_ROW, type Recording, SPAN_SYNC } from '../../model/recording.js'
import { quantile } from '../../stats/quantile.js'
import type { Cores } from '../slowdown.js'
import { type CpuTimeline, cpuTimeline, loopStretch, progress, progressAt } from './cpu-timeline.js'
import type { Processes } from './processes.js'
import type { CpuModel } from './service-model.js'

/** A device whose threads use less of a core than this while it is busy waits for something else: an accelerator. */
const COMPUTES = 0.5
/** Runs of one size from which on their spread tells something. */
const FEWEST = 20
/** Values of the imbalance that are tried: a tenth of its range changes no time by more than a twentieth. */
const TRIED = 10

/** The cores, and what the work of a thread beside the loop would have taken alone that was done in an interval. */
export type LearntCpu = { readonly model: CpuModel; readonly workMs: (startMs: number, endMs: number) => number }

/**
 * How the threads of a service share the cores of its host: what its event loops, the runs of a device that computes on the
 * CPU, and the stages in workers would take if each were alone. Null where the host's CPU was not sampled or a quota holds
 * the service, which takes the CPU away in another way.
 *
 * Other work on the host (the load generator, garbage collection, neighbours) is what host.cpu says beyond these, and a
 * mean. How well the host spreads threads over its cores is learnt: of all values the one with which runs of one size spread the
 * least once the sharing is taken out. Where there have always been cores for all, nothing is taken out.
 */
export function learnCpu(facts: Facts, { loops }: Processes, workerStages: ReadonlySet<number>): LearntCpu | null {
  const supply = facts.find(cpuSupply)
  const { host } = facts.recording.meta
  if (supply === null || host === null) return null
  const { hostBusy, mainThreads, ownCores, otherThreads } = supply
  if (hostBusy === null || mainThreads.length === 0 || ownCores === null || supply.cores !== host.cores) return null
  const { fromMs, toMs, durationMs } = facts.find(traffic)!
  const { batches } = facts.recording
  const rows = facts.find(batching)?.rows ?? new Uint32Array(0)
  const slots = new Set(Array.from(rows, (b) => `${batches.device[b]}/${batches.thread[b]}`)).size
  const runMs = rows.reduce((sum, b) => sum + batches.endedMs[b]! - batches.startedMs[b]!, 0)
  const threadCores = otherThreads.slice(0, slots).reduce((sum, cores) => sum + cores, 0)
  const device = runMs > 0 && threadCores > (COMPUTES * runMs) / durationMs
  const spans = workerSpans(facts.recording, loops, workerStages)
  const runs = device ? rows : new Uint32Array(0)
  const intervals = {
    startMs: Float64Array.from([...Array.from(runs, (b) => batches.startedMs[b]!), ...spans.startMs]),
    endMs: Float64Array.from([...Array.from(runs, (b) => batches.endedMs[b]!), ...spans.endMs]),
  }
  const timeline = cpuTimeline(intervals, loops, fromMs, toMs)
  const busyMs = intervals.startMs.reduce((sum, ms, i) => sum + intervals.endMs[i]! - ms, 0)
  const mainCores = mainThreads.reduce((sum, cores) => sum + cores, 0)
  const computing = Math.min(ownCores - mainCores, busyMs / durationMs)
  const background = Math.max(0, hostBusy * host.cores - mainCores - computing)
  const shared = { cores: host.cores, background }
  const most = loops.length + timeline.threads.reduce((most, threads) => Math.max(most, threads), 0)
  if (most + background <= host.cores) {
    const model = { ...shared, imbalance: 0, device, loopStretch: 1 }
    return { model, workMs: (startMs, endMs) => endMs - startMs }
  }
  const cores = { ...shared, imbalance: learnImbalance(timeline, shared, runs, facts.recording) }
  const doneMs = progress(timeline, cores)
  return {
    model: { ...cores, device, loopStretch: loopStretch(timeline, cores) },
    workMs: (startMs, endMs) => progressAt(timeline, doneMs, endMs) - progressAt(timeline, doneMs, startMs),
  }
}

function workerSpans({ spans }: Recording, loops: Processes['loops'], stages: ReadonlySet<number>) {
  const loopThreads = new Set(loops.map(({ thread }) => thread))
  const startMs: number[] = []
  const endMs: number[] = []
  for (let i = 0; i < spans.count && stages.size > 0; i++) {
    const works = stages.has(spans.stage[i]!) && (spans.flags[i]! & SPAN_SYNC) !== 0 && spans.batch[i] === NO_ROW
    if (!works || loopThreads.has(spans.thread[i]!)) continue
    startMs.push(spans.startMs[i]!)
    endMs.push(spans.endMs[i]!)
  }
  return { startMs, endMs }
}

/** Of the values tried, the one that leaves runs of one size most alike; without runs, the least. */
function learnImbalance(
  timeline: CpuTimeline,
  shared: Omit<Cores, 'imbalance'>,
  runs: Uint32Array,
  { batches }: Recording,
): number {
  const bySize = new Map<number, number[]>()
  for (const b of runs) bySize.set(batches.size[b]!, [...(bySize.get(batches.size[b]!) ?? []), b])
  const groups = [...bySize.values()].filter((group) => group.length >= FEWEST)
  let best = { imbalance: 0, spread: Number.POSITIVE_INFINITY }
  for (let i = 0; i <= TRIED && groups.length > 0 && shared.cores > 1; i++) {
    const imbalance = i / TRIED / shared.cores
    const doneMs = progress(timeline, { ...shared, imbalance })
    const spread = groups.reduce((sum, group) => sum + spreadOf(timeline, doneMs, group, batches), 0)
    if (spread < best.spread) best = { imbalance, spread }
  }
  return best.imbalance
}

/** Sum of the absolute deviations of the log from its median: a few runs that lost their core count little. */
function spreadOf(
  timeline: CpuTimeline,
  doneMs: Float64Array,
  group: readonly number[],
  { startedMs, endedMs }: Recording['batches'],
): number {
  const logs = Float64Array.from(group, (b) =>
    Math.log(progressAt(timeline, doneMs, endedMs[b]!) - progressAt(timeline, doneMs, startedMs[b]!)),
  )
  const median = quantile(logs, 0.5)
  return logs.reduce((sum, log) => sum + Math.abs(log - median), 0)
}
