import type { Batching } from '../facts/batching.js'
import type { Target } from '../facts/target.js'
import type { Confidence } from '../model/diagnosis.js'

export const MIN_BATCHES = 30
// One request and a half a batch: below it, traffic gives most requests no mate.
export const MIN_MATES = 1.5
// When the timer is longer than one and a half times what the device needs for the batch, waiting is most of the way.
const LONG_WAIT_RATIO = 1.5
// A device that is busy more than half of the time makes requests wait anyway; then the hold is not lost time.
export const FREE_DEVICE = 0.5
// Below a tenth of p95, removing all of the hold would not be noticed beside run-to-run noise.
export const MIN_HOLD_SHARE = 0.1
const SURE_COST_SHARE = 0.1
// The primer's cap for max_wait where someone waits for the answer.
const MAX_WAIT_CAP_MS = 20

/** Whether the timer is long beside what the device needs for a batch, or holds requests that get no mates. */
export function waitsLong(batches: Batching): boolean {
  if (batches.meanSize < MIN_MATES) return true
  const { maxWaitMs } = batches
  return maxWaitMs !== null && maxWaitMs > LONG_WAIT_RATIO * meanServiceMs(batches)
}

function meanServiceMs({ fit, serviceTimes, meanSize }: Batching): number {
  return fit === null ? serviceTimes[0]!.p50Ms : fit.intercept + fit.slope * meanSize
}

/**
 * A device that runs a batch of the usual size in less than max_wait would have been free for the next one before the timer
 * ends: such a hold buys nothing, and is a fault even where a costlier one hides it at p95. Without a target nothing says
 * that a short hold is a fault, whatever its share of a short latency.
 */
export function holdConfidence(costMs: number, p95Ms: number, goal: Target, batches: Batching): Confidence {
  const { maxWaitMs } = batches
  if (goal.state === 'none' && (maxWaitMs === null || maxWaitMs <= MAX_WAIT_CAP_MS)) return 'low'
  const costly = costMs >= SURE_COST_SHARE * p95Ms
  const outlasts = maxWaitMs !== null && maxWaitMs > meanServiceMs(batches)
  if (costly) return outlasts ? 'high' : 'medium'
  return outlasts ? 'medium' : 'low'
}

/**
 * Whether the timer itself is the fault (long-batch-wait) rather than how full the batches get (poor-batch-fullness).
 * One predicate for both rules, so that a hold that one of them leaves to the other is judged there.
 */
export function timerAtFault(batches: Batching, costMs: number, p95Ms: number): boolean {
  return 1 - batches.deviceBusyFraction >= FREE_DEVICE && costMs >= MIN_HOLD_SHARE * p95Ms && waitsLong(batches)
}
