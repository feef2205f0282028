import { busiestLoopWithin } from '../../core/facts/event-loop.js'
import type { Recording } from '../../core/model/recording.js'
import type { LoopUse } from '../../fixtures/scenarios/index.js'

/**
 * What the event loop did under a load whose schedule began at `loadFromMs` of the recording, which may still grow, up to
 * `toMs` at most. Null while it was not sampled.
 */
export function loopUseOf(recording: Recording, loadFromMs: number, toMs = Number.POSITIVE_INFINITY): LoopUse | null {
  const lastMs = Math.min(toMs, lastLoopSampleMs(recording))
  if (!(lastMs > loadFromMs)) return null
  const { count, serverEndMs } = recording.requests
  return {
    elapsedMs: lastMs - loadFromMs,
    busy: (fromMs, untilMs) => busiestLoopWithin(recording, loadFromMs + fromMs, loadFromMs + untilMs),
    answered(fromMs, untilMs) {
      let answered = 0
      for (let row = 0; row < count; row++) {
        const endMs = serverEndMs[row]! - loadFromMs
        if (endMs >= fromMs && endMs < untilMs) answered++
      }
      return answered
    },
  }
}

function lastLoopSampleMs({ samples }: Recording): number {
  let lastMs = Number.NEGATIVE_INFINITY
  for (let i = 0; i < samples.count; i++) {
    if (samples.seriesInfo[samples.series[i]!]?.metric === 'loop.utilization')
      lastMs = Math.max(lastMs, samples.tMs[i]!)
  }
  return lastMs
}
