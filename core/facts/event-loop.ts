import { loopInstanceOf, type Recording } from '../model/recording.js'
import { hasAgent } from '../model/thread-instance.js'
import { timeWeightedMean } from '../stats/time-weighted-mean.js'
import { type Fact, type Facts, known, notMeasured } from './fact.js'
import { busyUpTo, type LoopTimeline, loopTimelines } from './loop-timelines.js'
import { FEWEST_MS, outsideProfile, profiledPart, profiledTime } from './profiled-time.js'
import { busiest, meanOf, type Series, seriesOf, seriesWithin } from './series.js'
import { servingThreads } from './serving-threads.js'
import { stalledLoops } from './stalled-loops.js'
import { type Traffic, traffic } from './traffic.js'

/** The busiest event loop that answers requests, in the measured window. */
export type EventLoop = {
  /** Busy fraction, 0..1, outside of the windows of a CPU profile unless they leave less than half a second. */
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
    const { durationMs } = window.value
    const timelines = facts.get(loopTimelines)
    const serving = facts.find(servingThreads)
    const sampled = servingOnly(facts, serving)
    const stalled = stalledLoops(facts, window.value)
    if (!timelines.known && sampled.length === 0 && stalled.size === 0)
      return notMeasured('no event loop was observed from inside')
    if (!(durationMs > 0)) return notMeasured('the measured window has no length')
    const hottest = busiest(seriesOf(facts, 'thread.cpu'))
    // Where no loop was seen to answer, the one that was observed may be npm's, which started the service and idles.
    if (serving === null && hottest !== null && !hasAgent(facts.recording.meta, hottest.series.instance))
      return notMeasured("no agent ran in the service's busiest process")
    const observed = timelines.known ? [...timelines.value.values()] : []
    const loops = serving === null ? observed : observed.filter(({ thread }) => serving.has(thread))
    const busy =
      sampled.length === 0
        ? loops.map((loop) => busyByEdges(facts, loop, window.value))
        : sampled.map((series) => {
            const stalledFor = stalled.get(series.instance) ?? 0
            return stalledFor + (1 - stalledFor) * busyBySamples(facts, series)
          })
    if (sampled.length === 0) busy.push(...stalled.values())
    const runQueueWait = seriesOf(facts, 'thread.runQueueWait').find((one) => one.instance === hottest?.series.instance)
    return known({
      utilization: Math.max(...busy),
      source: sampled.length === 0 ? 'edges' : 'sampled',
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
  const names = new Set([...serving].map((thread) => loopInstanceOf(facts.recording, thread)))
  const kept = all.filter(({ instance }) => names.has(instance))
  return kept.length > 0 ? kept : all
}

/** Busy fraction of the busiest loop from `fromMs` to `toMs` of a recording that may still grow; null = not sampled then. */
export function busiestLoopWithin(recording: Recording, fromMs: number, toMs: number): number | null {
  const loops = seriesWithin(recording, fromMs, toMs).filter(({ metric }) => metric === 'loop.utilization')
  return loops.length === 0 ? null : Math.max(...loops.map((loop) => busyBySamples({ recording }, loop)))
}

/** Outside of the windows of a CPU profile, in which a loop that waits counts as busy. */
export function busyBySamples({ recording }: Pick<Facts, 'recording'>, { instance, tMs, value }: Series): number {
  return timeWeightedMean(tMs, value, outsideProfile(recording, instance, tMs))
}

/** Busy fraction of a loop in the window: the runtime's own figure, or where it was not sampled, from the edges of spans. */
export function loopUtilization(facts: Facts, loop: LoopTimeline, window: Traffic): number {
  const name = loopInstanceOf(facts.recording, loop.thread)
  const sampled = seriesOf(facts, 'loop.utilization').find(({ instance }) => instance === name)
  return sampled === undefined ? busyByEdges(facts, loop, window) : busyBySamples(facts, sampled)
}

function busyByEdges({ recording }: Facts, loop: LoopTimeline, { fromMs, toMs }: Traffic): number {
  const windows = profiledTime(recording, (thread) => thread === loop.thread)
  const outside = (upTo: (ms: number) => number) =>
    upTo(toMs) - upTo(fromMs) - profiledPart(windows, fromMs, toMs, upTo)
  const busyMs = (ms: number) => busyUpTo(loop, ms)
  const leftMs = outside((ms) => ms)
  return leftMs >= FEWEST_MS ? outside(busyMs) / leftMs : (busyMs(toMs) - busyMs(fromMs)) / (toMs - fromMs)
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
