/** Two of the three, or all. */
export type LittlesLawQuestion = {
  readonly ratePerSecond: number | null
  readonly latencyMs: number | null
  readonly inFlight: number | null
}

export type LittlesLaw = {
  readonly rate: number
  readonly latencyMs: number
  readonly inFlight: number
  /** What was worked out from the other two; 'nothing' when all three were given. */
  readonly found: 'rate' | 'latencyMs' | 'inFlight' | 'nothing'
  /** Given all three: whether they agree within 5 %, as they must wherever requests neither vanish nor pile up. */
  readonly consistent: boolean | null
}

const TOLERANCE = 0.05

/**
 * L = lambda x W (Little 1961): the mean number in flight is the throughput times the mean latency. Exact for every
 * stable system, whatever the distributions. Null when fewer than two of the three are given.
 */
export function littlesLaw({ ratePerSecond: rate, latencyMs, inFlight }: LittlesLawQuestion): LittlesLaw | null {
  if (rate !== null && latencyMs !== null) {
    const product = (rate * latencyMs) / 1000
    if (inFlight === null) return { rate, latencyMs, inFlight: product, found: 'inFlight', consistent: null }
    const consistent = Math.abs(product / inFlight - 1) <= TOLERANCE
    return { rate, latencyMs, inFlight, found: 'nothing', consistent }
  }
  if (inFlight === null) return null
  if (rate !== null)
    return { rate, latencyMs: (1000 * inFlight) / rate, inFlight, found: 'latencyMs', consistent: null }
  if (latencyMs === null) return null
  return { rate: (1000 * inFlight) / latencyMs, latencyMs, inFlight, found: 'rate', consistent: null }
}
