import type { TargetResult } from '../model/diagnosis.js'
import { plural } from '../model/quantity.js'
import { type SlaTarget, slaTargets } from '../model/sla-targets.js'
import { effectiveSampleSize } from '../stats/effective-sample-size.js'
import { gather } from '../stats/gather.js'
import { enoughForPercentile, percentileLowerBound, sampleSizeForPercentile } from '../stats/percentile-interval.js'
import { quantile } from '../stats/quantile.js'
import { timeOrder } from '../stats/time-order.js'
import { type Fact, type Facts, known } from './fact.js'
import { independence } from './independence.js'
import { timeToFirstByte } from './time-to-first-byte.js'
import { type Traffic, traffic } from './traffic.js'

/**
 * Every latency target of the SLA against what was measured. Requests that resemble each other count as fewer; a target that even
 * the lower end of the interval is beyond is missed all the same.
 */
export const targetResults: Fact<'targetResults', readonly TargetResult[]> = {
  id: 'targetResults',
  derive(facts) {
    const measured = facts.get(traffic)
    if (!measured.known) return measured
    return known(slaTargets(facts.recording.meta.sla).map((target) => resultOf(target, measured.value, facts)))
  },
}

/** Those on the time to the first byte. */
export function ttftResults(facts: Facts): TargetResult[] {
  return (facts.find(targetResults) ?? []).filter(({ until }) => until === 'first-byte')
}

function resultOf(target: SlaTarget, measured: Traffic, facts: Facts): TargetResult {
  if (target.until === 'last-byte') {
    const { latencyMs } = measured
    return judged(target, latencyMs, (p) => facts.find(independence)?.effective(p) ?? latencyMs.length)
  }
  const waits = facts.get(timeToFirstByte)
  if (!waits.known) return { ...target, measuredMs: null, met: null, reason: `not measured: ${waits.reason}` }
  return judged(target, waits.value, (p) => effectiveSampleSize(gather(waits.value, timeOrder(measured.startMs)), p))
}

function judged(target: SlaTarget, timesMs: Float64Array, effective: (percentile: number) => number): TargetResult {
  const { percentile, limitMs } = target
  if (!enoughForPercentile(timesMs.length, percentile)) {
    const reason = `${plural(timesMs.length, 'timed request')}, ${sampleSizeForPercentile(percentile)} are needed`
    return { ...target, measuredMs: null, met: null, reason }
  }
  const measuredMs = quantile(timesMs, percentile)
  const worth = effective(percentile)
  if (enoughForPercentile(Math.floor(worth), percentile)) {
    return { ...target, measuredMs, met: measuredMs <= limitMs, reason: null }
  }
  if ((percentileLowerBound(timesMs, percentile, worth) ?? 0) > limitMs) {
    return { ...target, measuredMs, met: false, reason: null }
  }
  const reason = `requests resemble each other: they are worth ${Math.floor(worth)} independent ones`
  return { ...target, measuredMs, met: null, reason }
}
