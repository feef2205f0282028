/**
 * Mean of a sampled series in which each value speaks for the time since the sample before it, of the samples that
 * `counts` picks; NaN when empty.
 */
export function timeWeightedMean(
  tMs: ArrayLike<number>,
  values: ArrayLike<number>,
  counts: (sample: number) => boolean = () => true,
): number {
  let [sum, weights] = [0, 0]
  for (let i = 0; i < values.length; i++) {
    if (!counts(i)) continue
    const weight = tMs[i]! - sinceMs(tMs, i)
    weights += weight
    sum += weight * values[i]!
  }
  if (weights > 0) return sum / weights
  return values[0] ?? Number.NaN
}

/** Where the time begins that a sample speaks for; of the first, it is as long as that of the second. */
export function sinceMs(tMs: ArrayLike<number>, sample: number): number {
  if (sample > 0) return tMs[sample - 1]!
  return tMs.length > 1 ? tMs[0]! - (tMs[1]! - tMs[0]!) : tMs[0]!
}
