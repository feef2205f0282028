import { fitLine } from './line-fit.js'
import { mean } from './mean.js'
import { quantile, quantiles } from './quantile.js'

/** Who came and left when, each group (a process, say) by itself and in the order of coming. */
export type Visits = {
  /** By visit: its group, ascending. */
  readonly group: ArrayLike<number>
  /** Ascending within a group, ms. */
  readonly startMs: Float64Array
  readonly endMs: Float64Array
}

/** That no more than `servers` of a group are served at once, first come, first served. */
export type Turns = {
  readonly servers: number
  /** By visit: until its turn came. What is left of the visit is its service. */
  readonly waitMs: Float64Array
}

/** More at once are hardly a limit that anybody set, and each costs a pass. */
const MOST_SERVERS = 64
/** More visits hardly tell more of how many are served at once. */
const MOST_VISITS = 10_000
/** Fewer, of those that waited or of those that did not, say nothing of a difference. */
const FEWEST = 30
/** A wait that is shorter than this share of a service may be no wait. */
const WAITED = 0.1
/** Services as long after a wait as without one: at each of these, but for chance, to this share of the median. */
const MOST_OFF = 0.1
const SHAPE = [0.1, 0.25, 0.5, 0.75, 0.9]
const MEDIAN = SHAPE.indexOf(0.5)
/** What is done on the way there is done while others have their turn, and for those that need not wait a part of the visit. */
const MOST_LEAD = 0.15
/** Standard errors of a quantile's rank: beyond them it is no chance. */
const CHANCE = 2
/** A service cannot end before it begins, but clocks and loops are late. */
const MOST_EARLY = 0.02
/** What a longer wait adds to a visit, ms for ms: all of it behind a limit, nothing where all are served at once. */
const LEAST_SLOPE = 0.7
const MOST_SLOPE = 1.3

/**
 * How many are served at once, as coming and leaving alone tell it: with k servers a visit's turn comes when fewer than k of those
 * before it are left, which is when the k-th last of their ends has passed. Of the right k, services after a wait are as long as
 * those without one (at each quartile), and longer waits make visits longer by as much. A k too small makes the former shorter, one
 * too large longer. Null where no k does, as where everybody is served at once, a crowd slows everybody down, or several
 * leave together as a batch.
 */
export function turnsOf(visits: Visits): Turns | null {
  const sample = firstOf(visits, MOST_VISITS)
  let [servers, leastOff] = [0, Number.POSITIVE_INFINITY]
  const most = Math.min(MOST_SERVERS, mostPresent(sample) - 1)
  for (let k = 1; k <= most; k++) {
    const off = distance(sample, waitsBehind(sample, k))
    if (off < leastOff) [servers, leastOff] = [k, off]
  }
  return servers === 0 ? null : { servers, waitMs: waitsBehind(visits, servers) }
}

function firstOf({ group, startMs, endMs }: Visits, count: number): Visits {
  return {
    group: Array.prototype.slice.call(group, 0, count) as number[],
    startMs: startMs.subarray(0, count),
    endMs: endMs.subarray(0, count),
  }
}

/** By visit the time until fewer than `servers` of those before it are left. */
function waitsBehind({ group, startMs, endMs }: Visits, servers: number): Float64Array {
  const latest = new Float64Array(servers)
  return startMs.map((ms, i) => {
    if (i === 0 || group[i] !== group[i - 1]) latest.fill(Number.NEGATIVE_INFINITY)
    const turnMs = Math.max(ms, latest[0]!)
    insert(latest, endMs[i]!)
    return turnMs - ms
  })
}

/** Puts a value in its place among the ascending largest ones, in place of the smallest. */
function insert(ascending: Float64Array, value: number): void {
  if (!(value > ascending[0]!)) return
  let hole = 0
  while (hole + 1 < ascending.length && ascending[hole + 1]! < value) {
    ascending[hole] = ascending[hole + 1]!
    hole++
  }
  ascending[hole] = value
}

/** Of a group, at one time. */
function mostPresent({ group, startMs, endMs }: Visits): number {
  let most = 0
  let from = 0
  for (let to = 1; to <= startMs.length; to++) {
    if (to < startMs.length && group[to] === group[from]) continue
    const ends = endMs.slice(from, to).sort()
    for (let i = from, gone = 0; i < to; i++) {
      while (ends[gone]! <= startMs[i]!) gone++
      most = Math.max(most, i - from + 1 - gone)
    }
    from = to
  }
  return most
}

/** By how much services after a wait differ from those without one, shares of the median; infinite where it is no such limit. */
function distance({ startMs, endMs }: Visits, waitMs: Float64Array): number {
  const visitMs = endMs.map((ms, i) => ms - startMs[i]!)
  const serviceMs = visitMs.map((ms, i) => ms - waitMs[i]!)
  const atOnce = serviceMs.filter((_, i) => waitMs[i] === 0)
  const medianMs = quantile(atOnce, 0.5)
  const waited = serviceMs.filter((_, i) => waitMs[i]! > WAITED * medianMs)
  if (waited.length < FEWEST || atOnce.length < FEWEST) return Number.POSITIVE_INFINITY
  if (waited.filter((ms) => ms <= 0).length > MOST_EARLY * waited.length) return Number.POSITIVE_INFINITY
  const { slope } = fitLine(waitMs, visitMs)!
  if (slope < LEAST_SLOPE || slope > MOST_SLOPE) return Number.POSITIVE_INFINITY
  const after = quantiles(waited, SHAPE)
  const leadMs = Math.min(MOST_LEAD * medianMs, Math.max(0, medianMs - after[MEDIAN]!))
  const without = (beside: number) =>
    quantiles(
      atOnce,
      SHAPE.map((p) => p + beside * Math.sqrt(p * (1 - p) * (1 / atOnce.length + 1 / waited.length))),
    )
  const [least, most] = [without(-CHANCE), without(CHANCE)]
  const beyond = after.map((ms, q) => Math.max(0, least[q]! - leadMs - ms, ms + leadMs - most[q]!))
  if (Math.max(...beyond) > MOST_OFF * medianMs) return Number.POSITIVE_INFINITY
  const apart = without(0).map((ms, q) => Math.abs(ms - leadMs - after[q]!))
  return (mean(apart) + leadMs) / medianMs
}
