/** Index of the first of ascending `values` that is at least `wanted`; their number where none is. */
export function lowerBound(values: ArrayLike<number>, wanted: number): number {
  return bisected(values, (one) => one < wanted)
}

/** Index of the first of ascending `values` that is more than `wanted`; their number where none is. */
export function upperBound(values: ArrayLike<number>, wanted: number): number {
  return bisected(values, (one) => one <= wanted)
}

function bisected(values: ArrayLike<number>, before: (one: number) => boolean): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (before(values[middle]!)) low = middle + 1
    else high = middle
  }
  return low
}
