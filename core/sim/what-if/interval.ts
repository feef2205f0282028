import { BLOCKS_T_QUANTILE, blockBootstrap } from '../../stats/block-bootstrap.js'

/**
 * Even a good calibration does not vouch for a changed service: blind predictions of real ones, between recordings of a
 * machine with two cores, were up to about 10 % off where nothing was near its limit (npm run accuracy:predict).
 */
const LEAST_MODEL_ERROR = 0.1
/**
 * The further a change leads away from what was recorded, the more rests on parts that did not matter before: threads that
 * no longer wait for a core, work that no longer hides behind other work. Two runs of `infer-diag demo` that brought the p95 to
 * a tenth were 18 and 24 % off: a tenth for every factor of e.
 */
const ERROR_PER_FOLD = 0.1
const REPLICATES = 200
const SEED = 1

/**
 * 95 % interval for the p95 of another run. The recorded arrivals are one draw, those of another run a second one: their
 * variances add. The model's error, at least that at the baseline, adds to that in square, and so do the distance from the
 * unchanged p95 and what the p95 would be with the work as light or as heavy as it may be: near a limit that is the most, and upwards.
 */
export function p95Interval(
  p95Ms: number,
  latencyMs: Float64Array,
  unchanged: { readonly p95Ms: number; readonly error: number },
  drifted: { readonly lightMs: number; readonly heavyMs: number },
): readonly [number, number] {
  const { standardError } = blockBootstrap(latencyMs, [0.95], REPLICATES, SEED).quantiles[0]!
  const samplingMs = BLOCKS_T_QUANTILE * Math.SQRT2 * standardError
  const modelMs = Math.max(LEAST_MODEL_ERROR, Math.abs(unchanged.error)) * p95Ms
  const distanceMs = ERROR_PER_FOLD * Math.abs(Math.log(p95Ms / unchanged.p95Ms)) * p95Ms
  const half = (driftMs: number) => Math.hypot(samplingMs, modelMs, distanceMs, Math.max(0, driftMs))
  // Nothing is lighter than the lightest, but for what that may be off by itself.
  const floorMs = drifted.lightMs * Math.max(0, 1 - half(0) / p95Ms)
  return [Math.max(floorMs, p95Ms - half(p95Ms - drifted.lightMs)), p95Ms + half(drifted.heavyMs - p95Ms)]
}
