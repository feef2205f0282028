/** A quantity that was seen within intervals only. */
export type Censored = {
  /** Its mean where it lies from `low` to `high`; NaN where nothing that was seen can be there. */
  meanWithin(low: number, high: number): number
}

const MOST_STEPS = 200
/** No weight moves by more than this share of everything: the estimate stands. */
const STANDS = 1e-6

/**
 * The distribution that explains intervals `lows` to `highs` (closed; equal ends: seen exactly) best, without a shape
 * assumed: Turnbull's estimator (1976, "The empirical distribution function with arbitrarily grouped, censored and truncated
 * data"), by its self-consistency iteration. Holds where how wide an interval is does not depend on the quantity itself. Weight can only lie
 * where no end of another interval is in between; there it is put in the middle. Null for no intervals.
 */
export function censored(lows: Float64Array, highs: Float64Array): Censored | null {
  const count = lows.length
  if (count === 0) return null
  const { lefts, rights } = innermost(lows.slice().sort(), highs.slice().sort())
  const support = lefts.length
  const first = Uint32Array.from(lows, (low) => firstFrom(lefts, low))
  const end = Uint32Array.from(highs, (high) => firstBeyond(rights, high))
  let weights: Float64Array = new Float64Array(support).fill(1 / support)
  for (let step = 0; step < MOST_STEPS; step++) {
    const next = improved(weights, first, end)
    const moved = next.reduce((most, weight, j) => Math.max(most, Math.abs(weight - weights[j]!)), 0)
    weights = next
    if (moved < STANDS) break
  }
  const middles = lefts.map((left, j) => (left + rights[j]!) / 2)
  const mass = cumulated(weights)
  const moment = cumulated(weights.map((weight, j) => weight * middles[j]!))
  return {
    meanWithin(low, high) {
      const [from, to] = [firstFrom(middles, low), firstBeyond(middles, high)]
      const within = to > from ? mass[to]! - mass[from]! : 0
      return within > STANDS / support ? (moment[to]! - moment[from]!) / within : Number.NaN
    },
  }
}

/** Where a left end is followed by a right end with no other in between; both sorted, a left end before an equal right one. */
function innermost(lows: Float64Array, highs: Float64Array) {
  const lefts: number[] = []
  const rights: number[] = []
  let at = 0
  for (const high of highs) {
    const from = at
    while (at < lows.length && lows[at]! <= high) at++
    if (at === from) continue
    lefts.push(lows[at - 1]!)
    rights.push(high)
  }
  return { lefts: Float64Array.from(lefts), rights: Float64Array.from(rights) }
}

/** One step: every interval shares itself out over where it may lie, by the present weights. */
function improved(weights: Float64Array, first: Uint32Array, end: Uint32Array): Float64Array {
  const mass = cumulated(weights)
  const change = new Float64Array(weights.length + 1)
  for (let i = 0; i < first.length; i++) {
    const within = mass[end[i]!]! - mass[first[i]!]!
    if (!(within > 0)) continue
    change[first[i]!]! += 1 / within
    change[end[i]!]! -= 1 / within
  }
  let claims = 0
  return weights.map((weight, j) => {
    claims += change[j]!
    return (weight * claims) / first.length
  })
}

function cumulated(values: Float64Array): Float64Array {
  const sums = new Float64Array(values.length + 1)
  for (let j = 0; j < values.length; j++) sums[j + 1] = sums[j]! + values[j]!
  return sums
}

/** Index of the first of ascending `values` that is at least `value`. */
function firstFrom(values: Float64Array, value: number): number {
  let [low, high] = [0, values.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (values[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

/** Index of the first of ascending `values` that is more than `value`. */
function firstBeyond(values: Float64Array, value: number): number {
  let [low, high] = [0, values.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (values[middle]! <= value) low = middle + 1
    else high = middle
  }
  return low
}
