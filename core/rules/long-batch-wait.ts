import { batchHold } from '../facts/batch-hold.js'
import { batching } from '../facts/batching.js'
import { target } from '../facts/target.js'
import { traffic } from '../facts/traffic.js'
import { mean } from '../stats/mean.js'
import { FREE_DEVICE, holdConfidence, MIN_BATCHES, MIN_HOLD_SHARE, timerAtFault } from './batch-hold-limits.js'
import { removalCostMs } from './removal.js'
import { clear, defineRule, fired, fix, notEnough } from './rule.js'
import { tooFewForP95 } from './sample-size.js'
import { count, ms, percent } from './wording.js'

/** The batcher's timer holds requests though the device is free and few mates come. */
export const longBatchWait = defineRule({
  id: 'long-batch-wait',
  title: 'The batch timer holds requests though the device is free',
  stage: 'queue',
  symptomOf: [],
  needs: [traffic, batching, batchHold, target],
  judge({ traffic: measured, batching: b, batchHold: { heldMs }, target: goal }) {
    const { latencyMs, p95Ms } = measured
    const few = tooFewForP95(latencyMs.length)
    if (few !== null) return few
    if (b.rows.length < MIN_BATCHES) return notEnough(`${b.rows.length} batches, ${MIN_BATCHES} needed`)
    const idle = 1 - b.deviceBusyFraction
    if (idle < FREE_DEVICE)
      return clear(`the device is ${percent(b.deviceBusyFraction)} busy: requests wait for it, not for mates`)
    const costMs = removalCostMs(measured, heldMs)
    if (costMs < MIN_HOLD_SHARE * p95Ms) return clear(`waiting for mates costs ${ms(costMs)} of the ${ms(p95Ms)} p95`)
    if (!timerAtFault(b, costMs, p95Ms))
      return clear(`the wait is in proportion to the ${count(b.meanSize)} requests that a batch gets`)
    const wait = b.maxWaitMs === null ? 'its timer' : `a max_wait of ${ms(b.maxWaitMs)}`
    return fired({
      confidence: holdConfidence(costMs, p95Ms, goal, b),
      harm: 'latency',
      summary: `The batcher holds each request ${ms(mean(heldMs))} (${wait}) for a batch of ${count(b.meanSize)}, while the device idles ${percent(idle)} of the time.`,
      clause: `${wait} holds requests while the device idles ${percent(idle)} of the time`,
      removal: {
        addedMs: heldMs,
        change: 'batch.release=idle',
        method: 'removal: per request the time in an open batch while the device had nothing to do',
      },
      evidence: [
        { kind: 'metric', label: 'held while the device idled, mean per request', value: mean(heldMs), unit: 'ms' },
        {
          kind: 'metric',
          label: 'p95 that rests on it, roughly',
          value: costMs,
          unit: 'ms',
          limit: { value: MIN_HOLD_SHARE * p95Ms, reason: 'a tenth of p95: less is lost in run-to-run noise' },
        },
        {
          kind: 'metric',
          label: 'device idle',
          value: idle,
          unit: 'fraction',
          limit: { value: FREE_DEVICE, reason: 'a busier device makes requests wait anyway' },
        },
        { kind: 'metric', label: 'mean batch size', value: b.meanSize, unit: 'count' },
      ],
      fixes: [
        ...(b.maxWaitMs === null
          ? []
          : [fix('Cut max_wait to a quarter', `batch.waitMs=${Number((b.maxWaitMs / 4).toPrecision(2))}`)]),
        fix('Release a batch as soon as the device is free, full or not', 'batch.release=idle'),
      ],
    })
  },
})
