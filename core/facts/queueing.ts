import { NO_INDEX, NO_ROW } from '../model/recording.js'
import { batchHold } from './batch-hold.js'
import { device } from './device.js'
import { type Fact, type Facts, known, notMeasured } from './fact.js'
import { loopTimelines } from './loop-timelines.js'
import { requestSpans } from './request-spans.js'
import { type Traffic, traffic } from './traffic.js'

/** Something off the event loop that requests queue for: the device behind the batcher, or a pool of worker threads. */
export type Station = {
  readonly kind: 'device' | 'workers'
  /** The stage that it serves. */
  readonly stage: string
  readonly servers: number
  /** 0..1, the mean over its servers. */
  readonly busyFraction: number
  /** By request of `traffic.rows`: time in the `queue` stage in front of it, without the time held for batch mates. */
  readonly waitMs: Float64Array
}

/** Stations that requests queue for, the busiest first. */
export type Queueing = { readonly stations: readonly Station[] }

export const queueing: Fact<'queueing', Queueing> = {
  id: 'queueing',
  derive(facts) {
    const measured = facts.get(traffic)
    if (!measured.known) return measured
    const grouped = facts.get(requestSpans)
    if (!grouped.known) return grouped
    const stations = [...deviceStation(facts, measured.value), ...workerStations(facts, measured.value)]
    if (stations.length === 0) return notMeasured('nothing off the event loop was seen to serve requests')
    return known({ stations: stations.sort((a, b) => b.busyFraction - a.busyFraction) })
  },
}

function deviceStation(facts: Facts, measured: Traffic): Station[] {
  const accelerator = facts.find(device)
  const hold = facts.find(batchHold)
  if (accelerator === null || accelerator.source !== 'batches' || hold === null) return []
  const waitMs = queueWait(facts, measured, true).map((wait, i) => Math.max(0, wait - hold.heldMs[i]!))
  return [{ kind: 'device', stage: 'model', servers: 1, busyFraction: accelerator.busyFraction, waitMs }]
}

/** Stages that ran on threads without an event loop of their own, outside batches: one station each. */
function workerStations(facts: Facts, measured: Traffic): Station[] {
  const { spans, stages } = facts.recording
  const { fromMs, toMs, durationMs } = measured
  const loops = facts.find(loopTimelines)
  const queue = stages.indexOf('queue')
  const busyMs = new Map<number, number>()
  const threads = new Map<number, Set<number>>()
  for (let i = 0; i < spans.count; i++) {
    const stage = spans.stage[i]!
    const thread = spans.thread[i]!
    if (stage === queue || spans.batch[i] !== NO_ROW || thread === NO_INDEX || loops?.has(thread)) continue
    const overlapMs = Math.min(toMs, spans.endMs[i]!) - Math.max(fromMs, spans.startMs[i]!)
    if (overlapMs <= 0) continue
    busyMs.set(stage, (busyMs.get(stage) ?? 0) + overlapMs)
    threads.set(stage, (threads.get(stage) ?? new Set()).add(thread))
  }
  const found = [...busyMs]
    .map(([stage, busy]) => {
      const servers = threads.get(stage)!.size
      return { stage: stages[stage]!, servers, busyFraction: Math.min(1, busy / (servers * durationMs)) }
    })
    .sort((a, b) => b.busyFraction - a.busyFraction)
  // Waits do not say what they wait for; with several pools they belong to the busiest.
  return found.map((station, i) => ({
    ...station,
    kind: 'workers',
    waitMs: i === 0 ? queueWait(facts, measured, false) : new Float64Array(measured.rows.length),
  }))
}

function queueWait(facts: Facts, measured: Traffic, batched: boolean): Float64Array {
  const { spans, stages } = facts.recording
  const groups = facts.find(requestSpans)!
  const queue = stages.indexOf('queue')
  const waitMs = new Float64Array(measured.rows.length)
  for (let r = 0; r < waitMs.length; r++) {
    const row = measured.rows[r]!
    for (let i = groups.starts[row]!; i < groups.starts[row + 1]!; i++) {
      const span = groups.rows[i]!
      if (spans.stage[span] !== queue || (spans.batch[span] !== NO_ROW) !== batched) continue
      waitMs[r]! += spans.endMs[span]! - spans.startMs[span]!
    }
  }
  return waitMs
}
