import { type Replay, replay } from './replay.js'
import type { ServiceModel } from './service-model.js'

/** Of the p95: a queue that is longer by less is no matter. */
const TELLING = 0.1
/** Standard deviations of a Poisson number: a queue that is longer by less is chance. */
const BEYOND_CHANCE = 2
/** What piles up before a resource that is used less is gone before it matters. */
const NEAR_LIMIT = 0.8
/** A queue that would need more than this has other reasons than code that is not compiled yet. */
const MOST = 4
/** Halvings of the range, to a hundredth of the work. */
const STEPS = 8

/**
 * The service with the beginning of its warm-up as slow as it has to be for `present` requests to be there when the measured
 * window opens, where its unchanged replay has notably fewer: what cold code let pile up near a limit takes seconds to drain, and
 * is part of the measured latencies (docs/decisions/0016). The model itself where it has not.
 */
export function withWarmUp(
  { model, unchanged }: { readonly model: ServiceModel; readonly unchanged: Replay },
  present: number,
  p95Ms: number,
): ServiceModel {
  const missing = present - unchanged.presentAtStart
  const drainMs = (1000 * missing) / unchanged.throughputRps
  const longer = missing > BEYOND_CHANCE * Math.sqrt(present) && drainMs > TELLING * p95Ms
  if (!longer || unchanged.busiest.utilization < NEAR_LIMIT) return model
  const slowed = slowedUntil(model, present)
  return slowed.warmUpFactor === 1 ? model : slowed
}

/** As `model`, with another warm-up: an ordinary one where no slowness up to MOST would do. */
export function slowedUntil(model: ServiceModel, present: number): ServiceModel {
  let [low, high] = [1, MOST]
  let nearest = { warmUpFactor: 1, off: Number.POSITIVE_INFINITY }
  for (let step = 0; step < STEPS; step++) {
    const warmUpFactor = (low + high) / 2
    const { presentAtStart } = replay({ ...model, warmUpFactor })
    // Requests leave in batches, so that no factor may give just as many.
    const off = Math.abs(presentAtStart - present)
    if (off < nearest.off) nearest = { warmUpFactor, off }
    if (presentAtStart < present) low = warmUpFactor
    else high = warmUpFactor
  }
  return { ...model, warmUpFactor: high === MOST ? 1 : nearest.warmUpFactor }
}
