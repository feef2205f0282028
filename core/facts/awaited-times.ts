import { type Censored, censored } from '../stats/interval-censored.js'
import { mean } from '../stats/mean.js'
import { type Fact, known } from './fact.js'
import { overhear } from './overheard.js'
import type { Waits } from './stage-sweep.js'
import { traffic } from './traffic.js'

/** More requests hardly tell more. */
const MOST_REQUESTS = 5000
/** Fewer waits of a kind say nothing about each other. */
const FEWEST = 50
/** A shorter wait for the loop is what handing over takes. */
const WAITED_MS = 0.1

/**
 * How long requests await what nobody sees the end of. One wait alone is only known to be between its length without what the loop
 * did for others since it last rested, and its whole length. All that come in the same stage after the same one tell together
 * how long such a wait is, and with that where in its interval each of them is likely to be; how long requests wait for the
 * loop is known from those that were ready all the time (docs/decisions/0014).
 */
export const awaitedTimes: Fact<'awaitedTimes', Waits> = {
  id: 'awaitedTimes',
  derive(facts) {
    const measured = facts.get(traffic)
    if (!measured.known) return measured
    const { rows } = measured.value
    const apart = Math.max(1, Math.ceil(rows.length / MOST_REQUESTS))
    const places = Uint32Array.from({ length: Math.floor(rows.length / apart) }, (_, i) => i * apart)
    const seen = new Map<number, { readonly lows: number[]; readonly highs: number[] }>()
    const waitedMs: number[] = []
    let heard = 0
    overhear(facts, places, {
      awaitedMs(before, stage, lowMs, highMs) {
        const kind = kindOf(before, stage)
        const waits = seen.get(kind) ?? { lows: [], highs: [] }
        seen.set(kind, waits)
        waits.lows.push(lowMs)
        waits.highs.push(highMs)
        return lowMs
      },
      heard(ms) {
        heard++
        if (ms > WAITED_MS) waitedMs.push(ms)
      },
    })
    const queue = waitedMs.length < FEWEST ? null : { waitMs: mean(waitedMs), busy: waitedMs.length / heard }
    const times = new Map<number, Censored>()
    for (const [kind, { lows, highs }] of seen) {
      const found = lows.length < FEWEST ? null : censored(Float64Array.from(lows), Float64Array.from(highs), queue)
      if (found !== null) times.set(kind, found)
    }
    return known({
      awaitedMs(before, stage, lowMs, highMs) {
        const likelyMs = lowMs < highMs ? times.get(kindOf(before, stage))?.meanWithin(lowMs, highMs) : lowMs
        return likelyMs === undefined || Number.isNaN(likelyMs) ? lowMs : likelyMs
      },
    })
  },
}

/** Stages are numbered in 16 bits. */
const kindOf = (before: number, stage: number) => before * 2 ** 16 + stage
