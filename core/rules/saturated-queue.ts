import { queueing } from '../facts/queueing.js'
import { traffic } from '../facts/traffic.js'
import { histogram } from '../stats/histogram.js'
import { mean } from '../stats/mean.js'
import { quantile } from '../stats/quantile.js'
import { removalCostMs, waitFactor } from './removal.js'
import { clear, defineRule, fired, fix } from './rule.js'
import { tooFewForP95 } from './sample-size.js'
import { ms, percent } from './wording.js'

// Waiting dominates when servers are nearly always busy; the bend depends on service-time variance.
const BUSY_LIMIT = 0.8
const SAFE_LOAD = 0.7
// "Dominates": a smaller share of p95 leaves more to gain elsewhere.
const MIN_COST_SHARE = 0.2
const BINS = 20

/** Requests queue for the device or for workers that are nearly always busy. */
export const saturatedQueue = defineRule({
  id: 'saturated-queue',
  title: 'Requests wait for a busy worker',
  stage: 'queue',
  symptomOf: [
    'saturated-device',
    'device-throttling',
    'starved-device',
    'poor-batch-fullness',
    'slow-model',
    'slow-preprocess',
    'slow-stage',
    'untimed-code',
    'oversized-batch',
  ],
  needs: [traffic, queueing],
  judge({ traffic: measured, queueing: { stations } }) {
    const { latencyMs, p95Ms } = measured
    const few = tooFewForP95(latencyMs.length)
    if (few !== null) return few
    const station = stations[0]!
    const { kind, stage, servers, busyFraction, waitMs } = station
    const name = kind === 'device' ? 'device' : `${servers} ${stage} worker${servers === 1 ? '' : 's'}`
    const busy = `${name} ${percent(busyFraction)} busy`
    if (busyFraction < BUSY_LIMIT) {
      return clear(`${busy}: a p95 wait of ${ms(quantile(waitMs, 0.95))} comes from bursts, not from load`)
    }
    const addedMs = waitMs.map((wait) => wait * (1 - waitFactor(busyFraction, SAFE_LOAD)))
    const costMs = removalCostMs(measured, addedMs)
    if (costMs < MIN_COST_SHARE * p95Ms) return clear(`${busy}, but its queue costs only ${ms(costMs)} of p95`)
    return fired({
      confidence: 'high',
      harm: 'capacity',
      summary: `Requests wait ${ms(mean(waitMs))} on average (p95 ${ms(quantile(waitMs, 0.95))}) in front of the ${name}, which ${servers > 1 ? 'are' : 'is'} ${percent(busyFraction)} busy.`,
      clause: `requests queue for the ${name}, ${percent(busyFraction)} busy`,
      removal: {
        addedMs,
        method: `removal: the share of each request's wait that a load of ${percent(SAFE_LOAD)} would not cause (Pollaczek-Khinchine, W ~ rho^2 / (1 - rho))`,
      },
      evidence: [
        {
          kind: 'metric',
          label: `${name} busy`,
          value: busyFraction,
          unit: 'fraction',
          limit: { value: BUSY_LIMIT, reason: 'above it waiting outgrows service' },
        },
        { kind: 'metric', label: 'wait, mean per request', value: mean(waitMs), unit: 'ms' },
        { kind: 'histogram', label: 'wait', unit: 'ms', bins: histogram(waitMs, BINS) },
      ],
      fixes:
        kind === 'device'
          ? [
              fix('Make the model faster (quantize, compile, fuse)', 'device.speed=1.5x'),
              fix('Add an instance before the load passes 80 %', 'instances=2'),
            ]
          : [fix(`Add ${stage} workers`, `workers.${stage}=${servers * 2}`)],
    })
  },
})
