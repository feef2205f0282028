/** The permutation that sorts `times` ascending; stable, NaN last. */
export function timeOrder(times: Float64Array): Uint32Array {
  const order = new Uint32Array(times.length)
  for (let i = 0; i < order.length; i++) order[i] = i
  sortByTime(times.slice(), order)
  return order
}

/**
 * Sorts `times` ascending, NaN last, and `tags` along with them; of equal times the lower tag first. Both in place: where
 * there are millions of times, fresh memory is what takes longest. Buckets of equal width, then insertion within each: linear for
 * the near-uniform times of a recording; buckets that grew large (many equal or clustered times) fall back to a comparison sort.
 */
export function sortByTime(times: Float64Array, tags: Uint32Array): void {
  if (inOrder(times, tags)) return
  const n = moveNaNsBack(times, tags)
  const buckets = bucketsOf(times, n)
  const heads = distribute(times, tags, n, buckets)
  for (let b = 0; b < buckets.count; b++) {
    // `heads` now holds each bucket's end.
    const from = b === 0 ? 0 : heads[b - 1]!
    if (heads[b]! - from > 1) sortRange(times, tags, from, heads[b]!)
  }
}

/** Requests mostly stand in the order in which they were due. */
function inOrder(times: Float64Array, tags: Uint32Array): boolean {
  for (let i = 1; i < times.length; i++) {
    const follows = times[i - 1]! < times[i]! || (times[i - 1] === times[i] && tags[i - 1]! <= tags[i]!)
    if (!follows) return false
  }
  return true
}

type Buckets = { readonly count: number; readonly low: number; readonly scale: number }

function bucketsOf(times: Float64Array, n: number): Buckets {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (let i = 0; i < n; i++) {
    if (times[i]! < low) low = times[i]!
    if (times[i]! > high) high = times[i]!
  }
  const count = Math.max(1, n >> 1)
  return { count, low, scale: high > low ? (count - 1) / (high - low) : 0 }
}

/** Swaps every time into its bucket; the end of each bucket. */
function distribute(times: Float64Array, tags: Uint32Array, n: number, { count, low, scale }: Buckets): Uint32Array {
  const heads = new Uint32Array(count)
  // An infinite time makes NaN of its product, and that is bucket 0.
  for (let i = 0; i < n; i++) heads[((times[i]! - low) * scale) | 0]!++
  for (let b = 1; b < count; b++) heads[b]! += heads[b - 1]!
  const ends = heads.slice()
  for (let b = count - 1; b > 0; b--) heads[b] = heads[b - 1]!
  heads[0] = 0
  for (let b = 0; b < count; b++) {
    while (heads[b]! < ends[b]!) {
      const at = heads[b]!
      let time = times[at]!
      let tag = tags[at]!
      let home = ((time - low) * scale) | 0
      while (home !== b) {
        const to = heads[home]!++
        const heldTime = times[to]!
        const heldTag = tags[to]!
        times[to] = time
        tags[to] = tag
        time = heldTime
        tag = heldTag
        home = ((time - low) * scale) | 0
      }
      times[at] = time
      tags[at] = tag
      heads[b]!++
    }
  }
  return heads
}

const INSERTION_LIMIT = 48

function sortRange(times: Float64Array, tags: Uint32Array, from: number, to: number): void {
  if (to - from > INSERTION_LIMIT) {
    sortLargeRange(times.subarray(from, to), tags.subarray(from, to))
    return
  }
  for (let i = from + 1; i < to; i++) {
    const time = times[i]!
    const tag = tags[i]!
    let hole = i
    while (hole > from && (times[hole - 1]! > time || (times[hole - 1] === time && tags[hole - 1]! > tag))) {
      times[hole] = times[hole - 1]!
      tags[hole] = tags[hole - 1]!
      hole--
    }
    times[hole] = time
    tags[hole] = tag
  }
}

function sortLargeRange(times: Float64Array, tags: Uint32Array): void {
  const order = Uint32Array.from(times, (_, i) => i).sort((a, b) => times[a]! - times[b]! || tags[a]! - tags[b]!)
  times.set(Float64Array.from(order, (i) => times[i]!))
  tags.set(Uint32Array.from(order, (i) => tags[i]!))
}

/** Puts NaN behind the numbers, both in their order; how many numbers there are. */
function moveNaNsBack(times: Float64Array, tags: Uint32Array): number {
  const nanTags: number[] = []
  let n = 0
  while (n < times.length && !Number.isNaN(times[n]!)) n++
  for (let i = n; i < times.length; i++) {
    if (Number.isNaN(times[i]!)) {
      nanTags.push(tags[i]!)
      continue
    }
    times[n] = times[i]!
    tags[n++] = tags[i]!
  }
  times.fill(Number.NaN, n)
  tags.set(nanTags, n)
  return n
}
