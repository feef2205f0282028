import { mean } from '../stats/mean.js'
import { quantile } from '../stats/quantile.js'
import { type Fact, known, notEnoughData, notMeasured } from './fact.js'
import { type Series, seriesOf } from './series.js'
import { traffic } from './traffic.js'

const PARTS = 3
/** Single readings differ by a factor of two (test/bench/core-speed.mjs); the mean of so many is known to about a tenth. */
const FEWEST = 10
/** Slower than this on average than at its fastest: the main thread's figures are in part those of its neighbours. */
export const SLOW_CORE = 1.2
/** A core shared by two threads gives each at least a third of what one has alone: what takes longer was interrupted. */
const INTERRUPTED = 3

/**
 * How fast the cores were on which the main threads ran, by what a fixed piece of work took on them, ms. What another thread on the
 * same core takes (hyper-threading), of this or another guest of the host, and what a lower clock takes shows here alone: neither CPU time nor steal know of it.
 */
export type CoreSpeed = {
  readonly meanMs: number
  /** The 5th percentile: hardly anybody else on the core, the clock at its highest. */
  readonly fastestMs: number
  /** The mean over the fastest: 1 = always as fast. */
  readonly slowdown: number
  /** The mean of each third of the measured window; NaN = nothing was read in it. */
  readonly partsMs: readonly number[]
}

export const coreSpeed: Fact<'coreSpeed', CoreSpeed> = {
  id: 'coreSpeed',
  derive(facts) {
    const all = seriesOf(facts, 'loop.fixedWork')
    if (all.length === 0) return notMeasured('no main thread told how fast its core was')
    const values = Float64Array.from(all.flatMap(({ value }) => [...value]))
    if (values.length < FEWEST)
      return notEnoughData(`${values.length} readings of the core's speed, ${FEWEST} are needed`)
    const fastestMs = quantile(values, 0.05)
    const counts = (ms: number) => ms <= INTERRUPTED * fastestMs
    const meanMs = mean(values.filter(counts))
    const window = facts.find(traffic)
    const [fromMs, toMs] = [window?.fromMs ?? 0, window?.toMs ?? facts.recording.meta.durationMs]
    const partsMs = Array.from({ length: PARTS }, (_, part) => {
      const [startMs, endMs] = [part, part + 1].map((edge) => fromMs + (edge * (toMs - fromMs)) / PARTS)
      return mean(all.flatMap((one) => valuesBetween(one, startMs!, endMs!)).filter(counts))
    })
    return known({ meanMs, fastestMs, slowdown: meanMs / fastestMs, partsMs })
  },
}

function valuesBetween({ tMs, value }: Series, fromMs: number, toMs: number): number[] {
  return [...value].filter((_, i) => tMs[i]! >= fromMs && tMs[i]! < toMs)
}
