import type { Traffic } from '../facts/traffic.js'
import { tabulate } from '../stats/gather.js'
import { quantileRank, selectInPlace } from '../stats/quantile.js'

/** Measured p95 less the p95 of the same requests without what the fault adds to each; never negative. */
export function removalCostMs(
  { latencyMs, p95Ms }: Pick<Traffic, 'latencyMs' | 'p95Ms'>,
  addedMs: Float64Array,
): number {
  if (latencyMs.length === 0) return 0
  const withoutMs = tabulate(latencyMs.length, (i) => Math.max(0, latencyMs[i]! - addedMs[i]!))
  return Math.max(0, p95Ms - selectInPlace(withoutMs, quantileRank(withoutMs.length, 0.95)))
}

/**
 * Factor by which waiting for one busy server shrinks when its load falls from `before` to `after` (fractions of its
 * time): Pollaczek-Khinchine, W ~ rho^2 / (1 - rho) at a given arrival rate and shape of the service time.
 */
export function waitFactor(before: number, after: number): number {
  // Above this the formula's pole says nothing about a finite run.
  const busy = Math.min(0.99, before)
  if (busy <= 0 || after >= busy) return 1
  const left = Math.max(0, after)
  return ((left / busy) ** 2 * (1 - busy)) / (1 - left)
}

/** Share of its time that a server which is `busy` would be idle without the share `without` (fractions of its time). */
export function spareWithout(busy: number, without: number): number {
  return Math.min(1, Math.max(0, 1 - busy + without))
}
