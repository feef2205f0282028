import { mean } from '../stats/mean.js'
import { type Fact, known, notEnoughData } from './fact.js'
import { intervalsOf, traffic } from './traffic.js'

/** How evenly requests arrive in the measured window. */
export type Arrivals = {
  /**
   * Variance over mean of the number of arrivals in windows of `windowMs`: 1 for independent (Poisson) arrivals, 0 for
   * a metronome, about the size of a burst for bursts.
   */
  readonly dispersion: number
  readonly windowMs: number
  readonly windows: number
  readonly peakRps: number
  readonly meanRps: number
  /** 'server': when the service saw them, which a busy event loop bunches by itself. */
  readonly seenFrom: 'client' | 'server'
}

// Some requests in each window, so that its count can vary, and no window so short that timers blur it.
const PER_WINDOW = 5
const SHORTEST_MS = 50
// The dispersion of n Poisson windows strays by sqrt(2 / n) around 1.
const MIN_WINDOWS = 30

export const arrivals: Fact<'arrivals', Arrivals> = {
  id: 'arrivals',
  derive(facts) {
    const measured = facts.get(traffic)
    if (!measured.known) return measured
    const { fromMs, durationMs, requests, seenFrom } = measured.value
    const windowMs = Math.max(SHORTEST_MS, (PER_WINDOW * durationMs) / requests)
    const windows = Math.floor(durationMs / windowMs)
    if (!(windows >= MIN_WINDOWS)) return notEnoughData(`${requests} requests are too few to see how they arrive`)
    const counts = new Float64Array(windows)
    const { startMs } = intervalsOf(facts.recording.requests, seenFrom)
    for (let row = 0; row < facts.recording.requests.count; row++) {
      const window = Math.floor((startMs[row]! - fromMs) / windowMs)
      if (window >= 0 && window < windows) counts[window]!++
    }
    const perWindow = mean(counts)
    const variance = mean(counts.map((count) => (count - perWindow) ** 2))
    const peak = counts.reduce((most, count) => Math.max(most, count), 0)
    return known({
      dispersion: perWindow > 0 ? variance / perWindow : 0,
      windowMs,
      windows,
      peakRps: (peak / windowMs) * 1000,
      meanRps: (perWindow / windowMs) * 1000,
      seenFrom,
    })
  },
}
