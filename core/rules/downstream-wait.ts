import { stageColumn, stageTimes } from '../facts/stage-times.js'
import { target } from '../facts/target.js'
import { traffic } from '../facts/traffic.js'
import { histogram } from '../stats/histogram.js'
import { mean } from '../stats/mean.js'
import { quantile } from '../stats/quantile.js'
import { removalCostMs } from './removal.js'
import { clear, defineRule, fired, fix } from './rule.js'
import { tooFewForP95 } from './sample-size.js'
import { ms, percent } from './wording.js'

// A smaller share of p95 leaves more to gain inside the service.
const MIN_COST_SHARE = 0.25
const SURE_COST_SHARE = 0.4
const BINS = 20

/** Requests wait for another service. */
export const downstreamWait = defineRule({
  id: 'downstream-wait',
  title: 'Requests wait for another service',
  stage: 'downstream',
  symptomOf: [],
  needs: [traffic, stageTimes, target],
  judge({ traffic: { latencyMs }, stageTimes: times, target: goal }) {
    const few = tooFewForP95(latencyMs.length)
    if (few !== null) return few
    const addedMs = stageColumn(times, 'downstream')
    if (mean(addedMs) === 0) return clear('no request called another service')
    const costMs = removalCostMs(latencyMs, addedMs)
    const p95Ms = quantile(latencyMs, 0.95)
    const waits = `requests wait ${ms(mean(addedMs))} for other services on average`
    if (costMs < MIN_COST_SHARE * p95Ms) return clear(`${waits}, ${ms(costMs)} of p95`)
    const sure = costMs >= SURE_COST_SHARE * p95Ms
    return fired({
      // Without a missed target nothing says that the other service is too slow.
      confidence: goal.state !== 'missed' ? 'low' : sure ? 'high' : 'medium',
      harm: 'latency',
      summary: `Requests wait ${ms(mean(addedMs))} on average (p95 ${ms(quantile(addedMs, 0.95))}) for other services, ${percent(costMs / p95Ms)} of the ${ms(p95Ms)} p95 with it.`,
      clause: `requests wait ${ms(mean(addedMs))} for other services`,
      removal: {
        addedMs,
        change: 'stage.downstream=0x',
        method: 'removal: per request its wait for other services',
      },
      evidence: [
        {
          kind: 'metric',
          label: 'p95 that rests on other services',
          value: costMs,
          unit: 'ms',
          limit: { value: MIN_COST_SHARE * p95Ms, reason: 'with less there is more to gain inside the service' },
        },
        { kind: 'metric', label: 'wait for other services, mean per request', value: mean(addedMs), unit: 'ms' },
        { kind: 'histogram', label: 'wait for other services', unit: 'ms', bins: histogram(addedMs, BINS) },
      ],
      fixes: [
        fix('Call it at the same time as other work, or keep its answers (cache)', 'stage.downstream=0.5x'),
        fix('Bound the wait: a timeout near its usual p99, a circuit breaker, and an answer without it', null),
      ],
    })
  },
})
