/**
 * Quantiles by nearest rank: the p-quantile of n values is the smallest value with at least p * n values at or below
 * it (Hyndman and Fan's type 1). It is always a value that was measured, and the binomial interval speaks of the same
 * order statistic.
 */
export function quantile(values: Float64Array, p: number): number {
  return quantiles(values, [p])[0]!
}

/** Several quantiles with one copy of the values and no full sort; NaN for each when there are no values. */
export function quantiles(values: Float64Array, ps: readonly number[]): number[] {
  return orderStatistics(
    values,
    ps.map((p) => quantileRank(values.length, p)),
  )
}

/** 1-based rank of the p-quantile among n values. */
export function quantileRank(n: number, p: number): number {
  // 0.95 * 20 is 19.000000000000004 in floating point; the slack keeps such products at their integer.
  return Math.min(n, Math.max(1, Math.ceil(p * n - 1e-9)))
}

/** The values at 1-based `ranks` in ascending order; NaN for each when there are no values. Leaves `values`, all of them numbers, as it is. */
export function orderStatistics(values: Float64Array, ranks: readonly number[]): number[] {
  if (values.length === 0) return ranks.map(() => Number.NaN)
  const work = workingCopy(values)
  const found = new Map<number, number>()
  let from = 0
  for (const rank of [...new Set(ranks)].sort((a, b) => a - b)) {
    const index = rank - 1
    found.set(rank, select(work, from, work.length - 1, index))
    from = index
  }
  return ranks.map((rank) => found.get(rank)!)
}

let scratch = new Float64Array(0)

/** In memory that is kept for the next one: among a million values, getting it anew would take as long as the selection. */
function workingCopy(values: Float64Array): Float64Array {
  if (scratch.length < values.length) scratch = new Float64Array(values.length)
  scratch.set(values)
  return scratch.subarray(0, values.length)
}

/** The value at the 1-based `rank` in ascending order, of values that need not stay in their places. */
export function selectInPlace(values: Float64Array, rank: number): number {
  return select(values, 0, values.length - 1, rank - 1)
}

/** From so many values on it pays to select among a sample of them first (Floyd and Rivest's own limit). */
const SAMPLED_FROM = 600

/**
 * Hoare's selection: puts the value of rank `index` in its place, smaller ones before it, and returns it. Among many values the pivot
 * is a sample's value of about that rank, so that nearly everything is compared only once (Floyd and Rivest, 1975, algorithm 489).
 */
function select(work: Float64Array, from: number, to: number, index: number): number {
  let low = from
  let high = to
  while (low < high) {
    const pivot =
      high - low < SAMPLED_FROM
        ? medianOfThree(work[low]!, work[(low + high) >> 1]!, work[high]!)
        : selectSample(work, low, high, index)
    let left = low
    let right = high
    while (left <= right) {
      while (work[left]! < pivot) left++
      while (work[right]! > pivot) right--
      if (left > right) break
      const held = work[left]!
      work[left++] = work[right]!
      work[right--] = held
    }
    if (index <= right) high = right
    else if (index >= left) low = left
    else break
  }
  return work[index]!
}

/** A value that is likely to be just beyond rank `index`, seen from the middle of `low` to `high`. */
function selectSample(work: Float64Array, low: number, high: number, index: number): number {
  const n = high - low + 1
  const rank = index - low + 1
  const z = Math.log(n)
  const size = 0.5 * Math.exp((2 * z) / 3)
  const margin = 0.5 * Math.sqrt((z * size * (n - size)) / n) * (rank < n / 2 ? -1 : 1)
  const first = Math.max(low, Math.floor(index - (rank * size) / n + margin))
  const last = Math.min(high, Math.floor(index + ((n - rank) * size) / n + margin))
  return select(work, first, last, index)
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
}
