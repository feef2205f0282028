import type { Finding } from '../model/diagnosis.js'
import { BLOCKS_T_QUANTILE, quantileDifferenceError } from '../stats/block-bootstrap.js'
import { quantile } from '../stats/quantile.js'
import { thinned } from '../stats/thinned.js'

const REPLICATES = 100
const SEED = 1

/**
 * p95 of requests less the p95 of the same requests without a fault (both ms, in the order of arrival), never negative, and its
 * 95 % interval by the block bootstrap: what chance alone leaves open, not what the estimate of the fault may be off by. No
 * interval for too few requests.
 */
export function costWithInterval(latencyMs: Float64Array, withoutMs: Float64Array): Finding['costMs'] {
  if (latencyMs.length === 0) return { p95: 0, interval: null }
  const p95 = Math.max(0, quantile(latencyMs, 0.95) - quantile(withoutMs, 0.95))
  const error = quantileDifferenceError(thinned(latencyMs), thinned(withoutMs), 0.95, REPLICATES, SEED)
  if (Number.isNaN(error)) return { p95, interval: null }
  return { p95, interval: [Math.max(0, p95 - BLOCKS_T_QUANTILE * error), p95 + BLOCKS_T_QUANTILE * error] }
}
