import { tabulate } from './gather.js'

/** Longer series are resampled in part: an interval gets wider by it, still below what anybody would act on. */
export const MOST_RESAMPLED = 20_000

/** Every n-th value, so that at most `MOST_RESAMPLED` are left. */
export function thinned(values: Float64Array): Float64Array {
  const every = Math.ceil(values.length / MOST_RESAMPLED)
  return every <= 1 ? values : tabulate(Math.ceil(values.length / every), (i) => values[i * every]!)
}
