import { lowerBound, upperBound } from './lower-bound.js'

/** A time that was only seen within intervals. */
export type Censored = {
  /** Its mean, had a wait that followed it ended at `high`, and it be no less than `low`; NaN where nothing that was seen can be there. */
  meanWithin(low: number, high: number): number
}

const MOST_STEPS = 100
/** No weight moves by more than this share of everything: the estimate stands. */
const STANDS = 1e-6
/** Beyond this many mean waits one is as unlikely as the other. */
const LONGEST = 600

/** A server that is waited for: its mean wait where there is one, and how often there is. */
export type Queue = { readonly waitMs: number; readonly busy: number }

/**
 * The distribution of a time that explains its observations best, without a shape assumed. Each says that the time was at least
 * its entry of `lows`, since when `queue` had been busy, and that a wait for it followed that ended at its entry of `highs` (equal
 * ends: there was none, so that the time is known).
 *
 * Self-consistency as in Turnbull (1976, "The empirical distribution function with arbitrarily grouped, censored and truncated
 * data"): each observation shares itself out over the times that it may be. To Turnbull all times within an interval are alike;
 * here they are not. A time x leaves a wait of high - x, which is exponential with mean w (Kingman, 1962: the more so the
 * busier the server). And x - low is the age of a busy period at a random moment, distributed as its remainder, in which w of work
 * is done while more comes in: mean w / (1 - busy). Together they weigh x by exp(x / w - x (1 - busy) / w) = exp(x busy / w). Without
 * a `queue` (null) all times are alike. Null for no observations.
 */
export function censored(lows: Float64Array, highs: Float64Array, queue: Queue | null): Censored | null {
  if (highs.length === 0) return null
  const times = Float64Array.from(new Set(highs)).sort()
  const latest = times[times.length - 1]!
  const steepness = queue === null ? 0 : queue.busy / queue.waitMs
  const likely = times.map((ms) => Math.exp(-Math.min(LONGEST, (latest - ms) * steepness)))
  const first = Uint32Array.from(lows, (low) => lowerBound(times, low))
  const end = Uint32Array.from(highs, (high) => upperBound(times, high))
  let weights: Float64Array = new Float64Array(times.length).fill(1 / times.length)
  for (let step = 0; step < MOST_STEPS; step++) {
    const next = improved(weights, likely, first, end)
    const moved = next.reduce((most, weight, j) => Math.max(most, Math.abs(weight - weights[j]!)), 0)
    weights = next
    if (moved < STANDS) break
  }
  const mass = cumulated(times, (j) => weights[j]! * likely[j]!)
  const moment = cumulated(times, (j) => weights[j]! * likely[j]! * times[j]!)
  return {
    meanWithin(low, high) {
      const [from, to] = [lowerBound(times, low), upperBound(times, high)]
      const within = mass[Math.max(from, to)]! - mass[from]!
      return within > 0 ? (moment[to]! - moment[from]!) / within : Number.NaN
    },
  }
}

/** One step: every observation shares itself out over the times that it may be, by the present weights. */
function improved(weights: Float64Array, likely: Float64Array, first: Uint32Array, end: Uint32Array): Float64Array {
  const mass = cumulated(weights, (j) => weights[j]! * likely[j]!)
  const claims = new Float64Array(weights.length + 1)
  for (let i = 0; i < first.length; i++) {
    const within = mass[end[i]!]! - mass[first[i]!]!
    if (!(within > 0)) continue
    claims[first[i]!]! += 1 / within
    claims[end[i]!]! -= 1 / within
  }
  let claimed = 0
  return weights.map((weight, j) => {
    claimed += claims[j]!
    return Math.max(0, (weight * likely[j]! * claimed) / first.length)
  })
}

/** Sums of `valueAt` over the places before each. */
function cumulated(places: Float64Array, valueAt: (place: number) => number): Float64Array {
  const sums = new Float64Array(places.length + 1)
  for (let j = 0; j < places.length; j++) sums[j + 1] = sums[j]! + valueAt(j)
  return sums
}
