import { NO_INDEX } from '../model/recording.js'
import type { ProcessInfo } from '../model/recording-meta.js'
import { busyBySamples, loopUtilization } from './event-loop.js'
import { type Fact, type Facts, known, notMeasured } from './fact.js'
import { loopTimelines } from './loop-timelines.js'
import { seriesOf } from './series.js'
import { servingThreads } from './serving-threads.js'
import { traffic } from './traffic.js'

/** The event loop of a process that answers requests, or is there to. */
export type ServingLoop = {
  readonly pid: number
  /** Busy fraction in the measured window, 0..1. */
  readonly utilization: number
  /** Timed requests that it answered. */
  readonly requests: number
}

/** How the processes of a service share its requests. */
export type ServingLoops = {
  readonly loops: readonly ServingLoop[]
  /** By request of `traffic.rows`: place in `loops`; NO_INDEX where nobody saw it inside. */
  readonly ofRequest: Uint16Array
}

export const servingLoops: Fact<'servingLoops', ServingLoops> = {
  id: 'servingLoops',
  derive(facts) {
    const window = facts.get(traffic)
    if (!window.known) return window
    const timelines = facts.get(loopTimelines)
    if (!timelines.known) return timelines
    const serving = facts.get(servingThreads)
    if (!serving.known) return serving
    if (!(window.value.durationMs > 0)) return notMeasured('the measured window has no length')
    const { requests, threads, meta } = facts.recording
    const places = new Map<number, number>()
    const seen = [...timelines.value.values()].filter(({ thread }) => serving.value.has(thread))
    for (const { thread } of seen) places.set(threads[thread]?.process ?? NO_INDEX, places.size)
    if (places.size < seen.length) return notMeasured('several event loops of one process answer requests')
    const counts = new Uint32Array(seen.length)
    const { rows } = window.value
    const ofRequest = new Uint16Array(rows.length)
    for (let i = 0; i < rows.length; i++) {
      const place = places.get(requests.process[rows[i]!]!) ?? NO_INDEX
      ofRequest[i] = place
      if (place !== NO_INDEX) counts[place]!++
    }
    const answering = seen.map((loop, place) => ({
      pid: meta.processes[threads[loop.thread]?.process ?? NO_INDEX]?.pid ?? 0,
      utilization: loopUtilization(facts, loop, window.value),
      requests: counts[place]!,
    }))
    return known({ loops: [...answering, ...idleOnes(facts, new Set(places.keys()))], ofRequest })
  },
}

/** Processes of the same program and parent as one that answers requests, which got none. */
function idleOnes(facts: Facts, answering: ReadonlySet<number>): ServingLoop[] {
  const { processes } = facts.recording.meta
  const likes = (a: ProcessInfo, b: ProcessInfo) =>
    a.parentPid !== undefined && a.parentPid === b.parentPid && a.title === b.title
  const sampled = seriesOf(facts, 'loop.utilization')
  return processes.flatMap((one, process) => {
    if (answering.has(process) || ![...answering].some((other) => likes(one, processes[other] ?? one))) return []
    const own = sampled.find(({ instance }) => instance.startsWith(`${one.pid}/`))
    return own === undefined ? [] : [{ pid: one.pid, utilization: busyBySamples(facts, own), requests: 0 }]
  })
}
