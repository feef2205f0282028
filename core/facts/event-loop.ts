import { type Fact, type Facts, known, notMeasured } from './fact.js'
import { busyUpTo, loopTimelines } from './loop-timelines.js'
import { busiest, meanOf, type Series, seriesOf } from './series.js'
import { servingThreads } from './serving-threads.js'
import { traffic } from './traffic.js'

/** The busiest event loop that answers requests, in the measured window. */
export type EventLoop = {
  /** Busy fraction, 0..1. */
  readonly utilization: number
  /** 'sampled': the runtime's own figure; 'edges': from the idle time read at the edges of spans. */
  readonly source: 'sampled' | 'edges'
  readonly loops: number
  /** Fraction of wall time that synchronous spans of a stage took, all loops' mean, largest first. */
  readonly busyByStage: readonly { readonly stage: string; readonly fraction: number }[]
  /** CPU share of the busiest thread as the operating system saw it; null = not sampled. */
  readonly threadCpu: number | null
  /** Fraction of time that thread was ready to run but did not get a core; null = not sampled. */
  readonly runQueueWait: number | null
}

export const eventLoop: Fact<'eventLoop', EventLoop> = {
  id: 'eventLoop',
  derive(facts) {
    const window = facts.get(traffic)
    if (!window.known) return window
    const { fromMs, toMs, durationMs } = window.value
    const timelines = facts.get(loopTimelines)
    const serving = facts.find(servingThreads)
    const sampled = busiest(servingOnly(facts, serving))
    if (!timelines.known && sampled === null) return notMeasured('no event loop was observed from inside')
    if (!(durationMs > 0)) return notMeasured('the measured window has no length')
    const observed = timelines.known ? [...timelines.value.values()] : []
    const loops = serving === null ? observed : observed.filter(({ thread }) => serving.has(thread))
    const fromEdges = loops.map((loop) => (busyUpTo(loop, toMs) - busyUpTo(loop, fromMs)) / durationMs)
    const hottest = busiest(seriesOf(facts, 'thread.cpu'))
    const runQueueWait = seriesOf(facts, 'thread.runQueueWait').find((one) => one.instance === hottest?.series.instance)
    return known({
      utilization: sampled === null ? Math.max(...fromEdges) : sampled.mean,
      source: sampled === null ? 'edges' : 'sampled',
      loops: Math.max(1, loops.length),
      busyByStage: busyByStage(facts.recording.stages, loops, durationMs),
      threadCpu: hottest?.mean ?? null,
      runQueueWait: runQueueWait === undefined ? null : meanOf(runQueueWait),
    })
  },
}

/** A device's or a pool's thread has a loop too, which counts its blocking calls as busy; no request waits for that one. */
function servingOnly(facts: Facts, serving: ReadonlySet<number> | null): Series[] {
  const all = seriesOf(facts, 'loop.utilization')
  if (serving === null) return all
  const names = new Set([...serving].map((thread) => facts.recording.threads[thread]!.name))
  const kept = all.filter(({ instance }) => names.has(instance))
  return kept.length > 0 ? kept : all
}

/** Fraction of wall time that `stage` keeps the loop busy synchronously; 0 when it does not. */
export function loopShare({ busyByStage: stages }: EventLoop, stage: string): number {
  return stages.find((one) => one.stage === stage)?.fraction ?? 0
}

function busyByStage(
  stages: readonly string[],
  loops: readonly { readonly syncMs: Float64Array }[],
  durationMs: number,
): EventLoop['busyByStage'] {
  return stages
    .map((stage, id) => ({
      stage,
      fraction: loops.reduce((sum, loop) => sum + loop.syncMs[id]!, 0) / (durationMs * Math.max(1, loops.length)),
    }))
    .filter(({ fraction }) => fraction > 0)
    .sort((a, b) => b.fraction - a.fraction)
}
