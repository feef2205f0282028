import { type Censored, censored } from '../stats/interval-censored.js'
import { type Fact, known } from './fact.js'
import { loopTimelines } from './loop-timelines.js'
import { requestSpans } from './request-spans.js'
import { StageEntries } from './stage-entries.js'
import { type Estimate, StageSweep } from './stage-sweep.js'
import { traffic } from './traffic.js'

/** More requests hardly tell more. */
const MOST_REQUESTS = 5000
/** Fewer waits of a kind say nothing about each other. */
const FEWEST = 50

/**
 * How long requests await what nobody sees the end of. One wait alone is only known to be between its length without what the loop
 * did for others since it last rested, and its whole length; all that come in the same stage after the same one tell together
 * how long such a wait is, and with that where in its interval each of them is likely to be.
 */
export const awaitedTimes: Fact<'awaitedTimes', Estimate> = {
  id: 'awaitedTimes',
  derive(facts) {
    const measured = facts.get(traffic)
    if (!measured.known) return measured
    const grouped = facts.get(requestSpans)
    if (!grouped.known) return grouped
    const loops = facts.get(loopTimelines)
    if (!loops.known) return loops
    const { rows } = measured.value
    const { serverStartMs, serverEndMs } = facts.recording.requests
    const waits = new Map<number, { readonly lows: number[]; readonly highs: number[] }>()
    const sweep: StageSweep = new StageSweep(
      facts.recording,
      grouped.value,
      loops.value,
      (before, stage, low, high) => {
        const kind = kindOf(before, stage, sweep.stages.length)
        const seen = waits.get(kind) ?? { lows: [], highs: [] }
        waits.set(kind, seen)
        seen.lows.push(low)
        seen.highs.push(high)
        return low
      },
    )
    const entries = new StageEntries(sweep.stages.length, rows.length)
    const apart = Math.max(1, Math.ceil(rows.length / MOST_REQUESTS))
    for (let i = 0; i < rows.length; i += apart) {
      const [fromMs, toMs] = [serverStartMs[rows[i]!]!, serverEndMs[rows[i]!]!]
      if (!(toMs > fromMs)) continue
      sweep.run(rows[i]!, fromMs, toMs, entries)
      entries.close()
    }
    const times = new Map<number, Censored>()
    for (const [kind, { lows, highs }] of waits) {
      const found = lows.length < FEWEST ? null : censored(Float64Array.from(lows), Float64Array.from(highs))
      if (found !== null) times.set(kind, found)
    }
    return known((before, stage, lowMs, highMs) => {
      if (lowMs >= highMs) return lowMs
      const mean = times.get(kindOf(before, stage, sweep.stages.length))?.meanWithin(lowMs, highMs) ?? Number.NaN
      return Number.isNaN(mean) ? lowMs : mean
    })
  },
}

function kindOf(before: number, stage: number, stages: number): number {
  return before * stages + stage
}
