import { orderStatistics, quantileRank } from './quantile.js'

const TWO_SIDED = 0.05
const ONE_SIDED = 0.05

/**
 * 95 % interval of the p-quantile from order statistics: whatever the distribution, the number of values below the
 * true quantile is binomial(n, p). `effective` is the number of independent values that `values` are worth (see
 * `effectiveSampleSize`); the ends are where the ranks of such a sample lie on average, rank / (effective + 1). Null when
 * it is too small for both ends to be observed values.
 */
export function percentileInterval(
  values: Float64Array,
  p: number,
  effective: number = values.length,
): readonly [number, number] | null {
  const m = Math.floor(effective)
  const ranks = intervalRanks(m, p)
  if (ranks === null) return null
  const [low, high] = orderStatistics(
    values,
    ranks.map((rank) => quantileRank(values.length, rank / (m + 1))),
  )
  return [low!, high!]
}

/**
 * What the p-quantile is above with 95 % probability. One-sided, and a smaller sample than for the interval suffices; null when
 * there is none either.
 */
export function percentileLowerBound(values: Float64Array, p: number, effective: number): number | null {
  const m = Math.floor(effective)
  const rank = m < 1 ? 0 : binomialQuantile(m, p, ONE_SIDED)
  return rank < 1 ? null : orderStatistics(values, [quantileRank(values.length, rank / (m + 1))])[0]!
}

/**
 * Whether n values are enough to speak of the p-quantile: its 95 % interval must end at observed values.
 * That is 6 values for the median, 36 for p90, 72 for p95 and 368 for p99.
 */
export function enoughForPercentile(n: number, p: number): boolean {
  return intervalRanks(n, p) !== null
}

/** The fewest values for which `enoughForPercentile` holds: p^n and (1 - p)^n must both fall to 2.5 %. */
export function sampleSizeForPercentile(p: number): number {
  return Math.floor(Math.log(TWO_SIDED / 2) / Math.log(Math.max(p, 1 - p))) + 1
}

function intervalRanks(n: number, p: number): readonly [number, number] | null {
  if (n === 0) return null
  const low = binomialQuantile(n, p, TWO_SIDED / 2)
  const high = binomialQuantile(n, p, 1 - TWO_SIDED / 2) + 1
  return low < 1 || high > n ? null : [low, high]
}

/** Smallest k with P(X <= k) >= q, X ~ binomial(n, p). Walks the mass up from 9 deviations below the mean. */
function binomialQuantile(n: number, p: number, q: number): number {
  const start = Math.max(0, Math.floor(n * p - 9 * Math.sqrt(n * p * (1 - p))))
  let mass = Math.exp(logChoose(n, start) + start * Math.log(p) + (n - start) * Math.log(1 - p))
  let cumulative = mass
  let k = start
  while (cumulative < q && k < n) {
    mass *= ((n - k) / (k + 1)) * (p / (1 - p))
    cumulative += mass
    k++
  }
  return k
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k)
}

/** Exact sum below 32, Stirling's series (error below 1e-10) from there. */
function logFactorial(n: number): number {
  if (n < 32) {
    let sum = 0
    for (let i = 2; i <= n; i++) sum += Math.log(i)
    return sum
  }
  return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + 1 / (12 * n) - 1 / (360 * n ** 3)
}
