import { type Fact, known, notEnoughData } from './fact.js'
import { intervalsOf, traffic } from './traffic.js'

/** The three sides of Little's law over the measured window, each from the requests' own intervals. */
export type InFlight = {
  /** Time average of requests in the service: the integral of how many there were, over the window. */
  readonly mean: number
  /** Requests that ended in the window, per ms. */
  readonly completionsPerMs: number
  /** Mean latency of those. */
  readonly meanLatencyMs: number
  readonly atStart: number
  readonly atEnd: number
  /** Ended within the window. */
  readonly completed: number
}

export const inFlight: Fact<'inFlight', InFlight> = {
  id: 'inFlight',
  derive(facts) {
    const window = facts.get(traffic)
    if (!window.known) return window
    const { fromMs, toMs, durationMs, seenFrom } = window.value
    if (!(durationMs > 0)) return notEnoughData('the measured window has no length')
    const { requests } = facts.recording
    const { startMs, endMs } = intervalsOf(requests, seenFrom)
    let presentMs = 0
    let completed = 0
    let latencyMs = 0
    let atStart = 0
    let atEnd = 0
    for (let row = 0; row < requests.count; row++) {
      const start = startMs[row]!
      const end = endMs[row]!
      if (!(end >= start)) continue
      presentMs += Math.max(0, Math.min(end, toMs) - Math.max(start, fromMs))
      if (start < fromMs && end >= fromMs) atStart++
      if (start < toMs && end >= toMs) atEnd++
      if (end < fromMs || end > toMs) continue
      completed++
      latencyMs += end - start
    }
    if (completed === 0) return notEnoughData('no request ended in the measured window')
    return known({
      mean: presentMs / durationMs,
      completionsPerMs: completed / durationMs,
      meanLatencyMs: latencyMs / completed,
      atStart,
      atEnd,
      completed,
    })
  },
}
