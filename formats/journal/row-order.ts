type Column = Float64Array | Float32Array | Uint32Array | Uint16Array | Uint8Array

/** Rows sorted by ascending key (NaN last), stable; null when they already are. */
export function sortedOrder(key: Float64Array, count: number): Uint32Array | null {
  let sorted = true
  for (let row = 1; row < count && sorted; row++) sorted = key[row - 1]! <= key[row]!
  if (sorted) return null
  const order = Uint32Array.from({ length: count }, (_, row) => row)
  return order.sort((a, b) => compare(key[a]!, key[b]!) || a - b)
}

/** A copy of the first `count` rows of a column in `order`; without an order the rows as they stand, not copied. */
export function inOrder<T extends Column>(column: T, order: Uint32Array | null, count: number): T {
  if (order === null) return column.subarray(0, count) as T
  const moved = new (column.constructor as new (length: number) => T)(count)
  for (let row = 0; row < count; row++) moved[row] = column[order[row]!]!
  return moved
}

/** `inverse[old row] = new row`. */
export function inverseOrder(order: Uint32Array | null, count: number): Uint32Array {
  const inverse = new Uint32Array(count)
  for (let row = 0; row < count; row++) inverse[order === null ? row : order[row]!] = row
  return inverse
}

/**
 * Groups rows by `group` (values below `groups`, anything else last), each group by start and then longest first, so
 * that a container comes before what it holds. A counting sort: millions of rows in a few hundred milliseconds.
 */
export function groupedOrder(
  group: Uint32Array,
  groups: number,
  startMs: Float64Array,
  endMs: Float64Array,
  count: number,
): Uint32Array {
  const next = new Uint32Array(groups + 2)
  for (let row = 0; row < count; row++) next[Math.min(group[row]!, groups) + 1]!++
  for (let g = 0; g <= groups; g++) next[g + 1]! += next[g]!
  const order = new Uint32Array(count)
  const begin = next.slice()
  for (let row = 0; row < count; row++) order[next[Math.min(group[row]!, groups)]!++] = row
  const before = (a: number, b: number) => compare(startMs[a]!, startMs[b]!) || compare(endMs[b]!, endMs[a]!) || a - b
  for (let g = 0; g <= groups; g++) sortSlice(order, begin[g]!, begin[g + 1]!, before)
  return order
}

/** Insertion sort for the handful of spans of one request; the runtime's sort where it would be quadratic. */
function sortSlice(order: Uint32Array, from: number, to: number, before: (a: number, b: number) => number): void {
  if (to - from > 64) {
    order.subarray(from, to).sort(before)
    return
  }
  for (let i = from + 1; i < to; i++) {
    const row = order[i]!
    let at = i
    for (; at > from && before(order[at - 1]!, row) > 0; at--) order[at] = order[at - 1]!
    order[at] = row
  }
}

function compare(a: number, b: number): number {
  if (a < b) return -1
  if (a > b) return 1
  if (a === b) return 0
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
}
