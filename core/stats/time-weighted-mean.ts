/** Mean of a sampled series in which each value speaks for the time since the sample before it; NaN when empty. */
export function timeWeightedMean(tMs: ArrayLike<number>, values: ArrayLike<number>): number {
  const n = values.length
  if (n === 0) return Number.NaN
  if (n === 1) return values[0]!
  let weights = tMs[1]! - tMs[0]!
  let sum = weights * values[0]!
  for (let i = 1; i < n; i++) {
    const weight = tMs[i]! - tMs[i - 1]!
    weights += weight
    sum += weight * values[i]!
  }
  if (weights > 0) return sum / weights
  return values[0]!
}
