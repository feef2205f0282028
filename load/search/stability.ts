import type { Stability } from '../../core/model/load-level.js'
import { fitLine } from '../../core/stats/line-fit.js'
import type { LevelWatch } from './level-watch.js'

/** Points at which the requests in flight are counted. */
const POINTS = 40
/** Windows between which throughput and latency must hold still. */
const WINDOWS = 4
/** Tolerance of throughput against arrivals, and of Little's law: that of the other quality checks. */
const TOLERANCE = 0.05
/** A backlog that takes up less than this share of the arrivals is within what the measured time can tell. */
const BACKLOG_SHARE = 0.02
/** Standard errors that a slope must exceed. */
const SIGNIFICANT = 3
/** Latency that rises from window to window, to this multiple of the first, has not settled. */
const RISE = 2
/** Fewer requests in a window say nothing about a trend. */
const LEAST_IN_WINDOW = 100

/**
 * Whether a level had reached a steady state between `fromMs` and `toMs` (offsets): no backlog slope, throughput equal to
 * arrivals, mean in flight = throughput x mean latency (Little 1961), and latencies that do not climb from window to window.
 */
export function stabilityOf(watch: LevelWatch, fromMs: number, toMs: number): Stability {
  const [first, end] = watch.dueWithin(fromMs, toMs)
  const arrivals = end - first
  if (arrivals === 0) return unstable('nothing was due')
  const seconds = (toMs - fromMs) / 1000
  const inFlight = inFlightCurve(watch, fromMs, toMs)
  const reason =
    backlogGrowth(inFlight, seconds, arrivals / seconds) ??
    throughputLoss(watch, fromMs, toMs, arrivals, inFlight) ??
    littlesLawBreach(watch, fromMs, toMs, seconds) ??
    risingLatency(watch, fromMs, toMs)
  return reason === null ? { kind: 'stable' } : unstable(reason)
}

function unstable(reason: string): Stability {
  return { kind: 'unstable', reason }
}

/** Requests in flight at evenly spaced moments. */
function inFlightCurve(watch: LevelWatch, fromMs: number, toMs: number): Float64Array {
  const change = new Float64Array(POINTS + 1)
  const slot = (ms: number) => Math.min(POINTS, Math.max(0, Math.ceil(((ms - fromMs) / (toMs - fromMs)) * POINTS)))
  for (let i = 0; i < watch.dueMs.length && watch.dueMs[i]! < toMs; i++) {
    change[slot(watch.dueMs[i]!)]!++
    const endMs = watch.endMs[i]!
    if (endMs <= toMs) change[slot(endMs)]!--
  }
  let inFlight = 0
  return change.map((by) => {
    inFlight += by
    return inFlight
  })
}

function backlogGrowth(inFlight: Float64Array, seconds: number, rate: number): string | null {
  const at = Float64Array.from(inFlight, (_, i) => (i * seconds) / POINTS)
  const fit = fitLine(at, inFlight)
  if (fit === null) return null
  // Neighbouring points depend on each other: count every fourth.
  const spread = (seconds * Math.sqrt(POINTS / 4)) / Math.sqrt(12)
  const standardError = fit.residualSd / spread
  if (fit.slope <= BACKLOG_SHARE * rate || fit.slope <= SIGNIFICANT * standardError) return null
  return `the backlog grew by ${fit.slope.toFixed(0)} requests a second`
}

function throughputLoss(
  watch: LevelWatch,
  fromMs: number,
  toMs: number,
  arrivals: number,
  inFlight: Float64Array,
): string | null {
  let ended = 0
  for (const endMs of watch.endMs) if (endMs >= fromMs && endMs < toMs) ended++
  // A queue that was there at the start may empty or fill by chance; the square root is Poisson's.
  const chance = 2 * Math.sqrt(arrivals) + Math.max(...inFlight.subarray(0, 2))
  if (arrivals - ended <= Math.max(TOLERANCE * arrivals, Math.min(chance, arrivals / 2))) return null
  return `${ended} of ${arrivals} requests were answered within the time`
}

/** Edges make the two sides differ where requests outlast the window or pile up in it. */
function littlesLawBreach(watch: LevelWatch, fromMs: number, toMs: number, seconds: number): string | null {
  let areaMs = 0
  let endedLatencyMs = 0
  let ended = 0
  let longestMs = 0
  for (let i = 0; i < watch.dueMs.length && watch.dueMs[i]! < toMs; i++) {
    const dueMs = watch.dueMs[i]!
    const endMs = Number.isNaN(watch.endMs[i]!) ? Number.POSITIVE_INFINITY : watch.endMs[i]!
    areaMs += Math.max(0, Math.min(endMs, toMs) - Math.max(dueMs, fromMs))
    if (endMs < fromMs || endMs >= toMs) continue
    endedLatencyMs += endMs - dueMs
    longestMs = Math.max(longestMs, endMs - dueMs)
    ended++
  }
  // Requests that straddle an edge of the window: with few windows of latency in it the law cannot be checked.
  if (ended === 0 || longestMs * 20 > seconds * 1000) return null
  const inFlight = areaMs / (seconds * 1000)
  const expected = endedLatencyMs / (seconds * 1000)
  if (Math.abs(expected - inFlight) <= Math.max(TOLERANCE * inFlight, 0.5)) return null
  return `Little's law does not hold: ${inFlight.toFixed(1)} in flight, throughput x latency gives ${expected.toFixed(1)}`
}

function risingLatency(watch: LevelWatch, fromMs: number, toMs: number): string | null {
  const means = Array.from({ length: WINDOWS }, (_, w) => {
    const edge = (k: number) => fromMs + ((toMs - fromMs) * k) / WINDOWS
    const [first, end] = watch.dueWithin(edge(w), edge(w + 1))
    let sum = 0
    for (let i = first; i < end; i++) {
      sum += (Number.isNaN(watch.endMs[i]!) ? toMs : watch.endMs[i]!) - watch.dueMs[i]!
    }
    return sum / (end - first)
  })
  const [first, end] = watch.dueWithin(fromMs, toMs)
  if (end - first < WINDOWS * LEAST_IN_WINDOW) return null
  const rising = means.every((mean, w) => w === 0 || mean > means[w - 1]! * 1.1)
  const times = means.at(-1)! / means[0]!
  return rising && times > RISE ? `latency rose all the time, to ${times.toFixed(1)} times that of the start` : null
}
