import type { EndToEnd } from '../model/diagnosis.js'
import { pick } from '../stats/gather.js'
import { mean } from '../stats/mean.js'
import { enoughForPercentile, percentileInterval } from '../stats/percentile-interval.js'
import { quantiles } from '../stats/quantile.js'
import { type Fact, known } from './fact.js'
import { independence } from './independence.js'
import { type Streaming, streaming } from './streaming.js'
import { traffic } from './traffic.js'

const PERCENTILES = [0.5, 0.9, 0.95, 0.99]

/** The headline figures; a percentile that the sample is too small for is null. */
export const endToEnd: Fact<'endToEnd', EndToEnd> = {
  id: 'endToEnd',
  derive(facts) {
    const measured = facts.get(traffic)
    if (!measured.known) return measured
    const { latencyMs, requests, errors, throughputRps } = measured.value
    const n = latencyMs.length
    const [p50Ms, p90Ms, p95Ms, p99Ms] = quantiles(latencyMs, PERCENTILES).map((value, i) =>
      enoughForPercentile(n, PERCENTILES[i]!) ? value : null,
    )
    return known({
      requests,
      throughputRps,
      errorRate: errors / requests,
      meanMs: n > 0 ? mean(latencyMs) : null,
      p50Ms: p50Ms!,
      p90Ms: p90Ms!,
      p95Ms: p95Ms!,
      p99Ms: p99Ms!,
      ...answerParts(facts.find(streaming)!),
      p95IntervalMs: percentileInterval(latencyMs, 0.95, facts.find(independence)?.effective(0.95)),
    })
  },
}

/** Of requests that were answered: what gave up has none. */
function answerParts({ firstByteMs, lastedMs }: Streaming) {
  const known = (column: Float64Array) => pick(column, (place) => !Number.isNaN(column[place]!))
  const [firstByteP50Ms, firstByteP95Ms] = halfAndTail(known(firstByteMs))
  const [streamP50Ms, streamP95Ms] = halfAndTail(known(lastedMs))
  return { firstByteP50Ms, firstByteP95Ms, streamP50Ms, streamP95Ms }
}

function halfAndTail(column: Float64Array): readonly [p50: number | null, p95: number | null] {
  const [p50, p95] = quantiles(column, [0.5, 0.95])
  const { length } = column
  return [enoughForPercentile(length, 0.5) ? p50! : null, enoughForPercentile(length, 0.95) ? p95! : null]
}
