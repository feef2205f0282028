import { NO_INDEX } from '../model/recording.js'
import { busyByEdges } from './event-loop.js'
import { type Fact, known, notMeasured } from './fact.js'
import { loopTimelines } from './loop-timelines.js'
import { servingThreads } from './serving-threads.js'
import { traffic } from './traffic.js'

/** The event loop of a process that answers requests. */
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
    const ofRequest = Uint16Array.from(window.value.rows, (row) => places.get(requests.process[row]!) ?? NO_INDEX)
    for (const place of ofRequest) if (place !== NO_INDEX) counts[place]!++
    const loops = seen.map((loop, place) => ({
      pid: meta.processes[threads[loop.thread]?.process ?? NO_INDEX]?.pid ?? 0,
      utilization: busyByEdges(facts, loop, window.value),
      requests: counts[place]!,
    }))
    return known({ loops, ofRequest })
  },
}
