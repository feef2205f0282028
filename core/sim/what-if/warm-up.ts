import { type Replay, replay } from './replay.js'
import type { ServiceModel } from './service-model.js'

/** Of the p95: a queue that is longer by less is no matter. */
const TELLING = 0.1
/** Standard deviations of a Poisson number: a queue that is longer by less is chance. */
const BEYOND_CHANCE = 3
/** Code that is not compiled yet took up to half as long again; a queue that needs more than twice as long has other reasons. */
const MOST = 2
/** Halvings of the range, to less than a hundredth of the work. */
const STEPS = 7

/**
 * The service with its warm-up as slow as it has to be for `present` requests to be there when the measured window opens, where its
 * unchanged replay has notably fewer: what cold code let pile up near a limit takes seconds to drain, and is part of the
 * measured latencies. The model itself where it has not.
 */
export function withWarmUp(
  { model, unchanged }: { readonly model: ServiceModel; readonly unchanged: Replay },
  present: number,
  p95Ms: number,
): ServiceModel {
  const missing = present - unchanged.presentAtStart
  const drainMs = (1000 * missing) / unchanged.throughputRps
  if (missing <= BEYOND_CHANCE * Math.sqrt(present) || drainMs <= TELLING * p95Ms) return model
  return slowedUntil(model, present)
}

/** As `model`, with another warm-up; that of a model without arrivals before those that count stays as it is. */
export function slowedUntil(model: ServiceModel, present: number): ServiceModel {
  if (model.arrivals.measuredFrom === 0) return model
  let [low, high] = [1, MOST]
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2
    if (replay({ ...model, warmUpFactor: middle }).presentAtStart < present) low = middle
    else high = middle
  }
  return { ...model, warmUpFactor: high }
}
