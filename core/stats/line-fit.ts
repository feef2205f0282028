/** y = intercept + slope * x, fitted by least squares. */
export type LineFit = {
  readonly intercept: number
  readonly slope: number
  /** Explained share of the variance, 0..1; 1 when y does not vary. */
  readonly r2: number
  /** Standard deviation of the residuals, in the unit of y. */
  readonly residualSd: number
  readonly minX: number
  readonly maxX: number
}

/** Ordinary least squares; null with fewer than two distinct x. */
export function fitLine(x: ArrayLike<number>, y: ArrayLike<number>): LineFit | null {
  const n = x.length
  let meanX = 0
  let meanY = 0
  let minX = Number.POSITIVE_INFINITY
  let maxX = Number.NEGATIVE_INFINITY
  for (let i = 0; i < n; i++) {
    meanX += x[i]! / n
    meanY += y[i]! / n
    minX = Math.min(minX, x[i]!)
    maxX = Math.max(maxX, x[i]!)
  }
  if (n < 2 || minX === maxX) return null
  let xx = 0
  let xy = 0
  let yy = 0
  for (let i = 0; i < n; i++) {
    const dx = x[i]! - meanX
    const dy = y[i]! - meanY
    xx += dx * dx
    xy += dx * dy
    yy += dy * dy
  }
  const slope = xy / xx
  const residual = Math.max(0, yy - slope * xy)
  return {
    intercept: meanY - slope * meanX,
    slope,
    r2: yy === 0 ? 1 : 1 - residual / yy,
    residualSd: Math.sqrt(residual / Math.max(1, n - 2)),
    minX,
    maxX,
  }
}
