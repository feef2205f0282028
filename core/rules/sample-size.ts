import { enoughForPercentile, sampleSizeForPercentile } from '../stats/percentile-interval.js'
import { notEnough, type Unfired } from './rule.js'

/** A verdict about what p95 is made of needs a p95: null when there are enough requests. */
export function tooFewForP95(requests: number): Unfired | null {
  if (enoughForPercentile(requests, 0.95)) return null
  return notEnough(`${requests} timed requests, ${sampleSizeForPercentile(0.95)} needed to know p95`)
}
