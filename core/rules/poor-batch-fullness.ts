import { batchHold } from '../facts/batch-hold.js'
import { batching } from '../facts/batching.js'
import { traffic } from '../facts/traffic.js'
import { mean } from '../stats/mean.js'
import { quantile } from '../stats/quantile.js'
import { removalCostMs } from './removal.js'
import { clear, defineRule, fired, fix, notEnough } from './rule.js'
import { tooFewForP95 } from './sample-size.js'
import { count, ms, percent } from './wording.js'

const MIN_BATCHES = 30
// Above 60 % full, larger batches save less than a sixth of the fixed overhead per request for usual a and c.
const FULL_ENOUGH = 0.6
// One request and a half a batch: below it, traffic gives most requests no mate and small batches are right.
const MIN_MATES = 1.5
// A device busier than this needs its batches fuller or its load smaller: another rule speaks of that.
const IDLE_DEVICE = 0.25
const TIMER_SHARE = 0.5
// A fiftieth of p95: whatever it buys, less than that is not worth a sentence.
const MIN_COST_SHARE = 0.02
const SURE_COST_SHARE = 0.1

/** Batches leave part-empty, released by their timer, while the device has time to spare. */
export const poorBatchFullness = defineRule({
  id: 'poor-batch-fullness',
  title: 'Batches leave part-empty while the device idles',
  stage: 'queue',
  symptomOf: [],
  needs: [traffic, batching, batchHold],
  judge({ traffic: { latencyMs }, batching: b, batchHold: { heldMs } }) {
    const few = tooFewForP95(latencyMs.length)
    if (few !== null) return few
    if (b.rows.length < MIN_BATCHES) return notEnough(`${b.rows.length} batches, ${MIN_BATCHES} needed`)
    if (b.capacity === null || b.fullness === null) {
      return { verdict: 'not-measured', reason: 'the batch capacity is not known; pass `capacity` to batch()' }
    }
    if (b.capacity < 2) return clear('batching is off: capacity 1')
    const full = `${count(b.meanSize)} of ${b.capacity}`
    const idle = 1 - b.deviceBusyFraction
    if (b.fullness >= FULL_ENOUGH) return clear(`batches are ${full} full`)
    if (b.meanSize < MIN_MATES)
      return clear(`${full} full, but traffic is too light to fill more: small batches are right`)
    if (idle < IDLE_DEVICE) return clear(`the device idles only ${percent(idle)} of the time`)
    if ((b.timeoutShare ?? 0) < TIMER_SHARE) return clear(`${full} full, but few batches wait for the timer`)
    const costMs = removalCostMs(latencyMs, heldMs)
    const p95Ms = quantile(latencyMs, 0.95)
    if (costMs < MIN_COST_SHARE * p95Ms) return clear(`${full} full, which costs ${ms(costMs)} of p95`)
    return fired({
      harm: 'latency',
      confidence: costMs >= SURE_COST_SHARE * p95Ms ? 'high' : 'medium',
      summary: `Batches leave ${full} full, ${percent(b.timeoutShare ?? 0)} of them when their ${b.maxWaitMs === null ? '' : `${ms(b.maxWaitMs)} `}timer runs out, while the device idles ${percent(idle)} of the time: each request waits ${ms(mean(heldMs))} for mates that do not come.`,
      clause: `batches run ${full} full while the device idles ${percent(idle)} of the time`,
      removal: {
        addedMs: heldMs,
        method: 'removal: per request the time in an open batch while the device had nothing to do',
      },
      evidence: [
        {
          kind: 'metric',
          label: 'batch fullness',
          value: b.fullness,
          unit: 'fraction',
          limit: { value: FULL_ENOUGH, reason: 'fuller batches save little of the fixed overhead per request' },
        },
        { kind: 'metric', label: 'mean batch size', value: b.meanSize, unit: 'count' },
        {
          kind: 'metric',
          label: 'device idle',
          value: idle,
          unit: 'fraction',
          limit: { value: IDLE_DEVICE, reason: 'with less to spare, holding requests back is what batching is for' },
        },
        { kind: 'metric', label: 'batches released by the timer', value: b.timeoutShare ?? 0, unit: 'fraction' },
        { kind: 'metric', label: 'held while the device idled, mean per request', value: mean(heldMs), unit: 'ms' },
        {
          kind: 'histogram',
          label: 'batch sizes',
          unit: 'count',
          bins: b.sizes.map(({ size, count: n }) => ({ from: size, to: size + 1, count: n })),
        },
      ],
      fixes: [
        fix('Release a batch as soon as the device is free, full or not', null),
        ...(b.maxWaitMs === null
          ? []
          : [fix(`Cut max_wait to a quarter`, `batch.waitMs=${Number((b.maxWaitMs / 4).toPrecision(2))}`)]),
        fix('Match max_batch to what traffic can fill', `batch.max=${Math.max(1, Math.ceil(b.meanSize))}`),
      ],
    })
  },
})
