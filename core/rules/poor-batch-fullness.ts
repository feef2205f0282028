import { batchHold } from '../facts/batch-hold.js'
import { type Batching, batching } from '../facts/batching.js'
import { queueing } from '../facts/queueing.js'
import { target } from '../facts/target.js'
import { traffic } from '../facts/traffic.js'
import type { Evidence } from '../model/evidence.js'
import { mean } from '../stats/mean.js'
import { quantile } from '../stats/quantile.js'
import { holdConfidence, MIN_BATCHES, MIN_MATES, timerAtFault } from './batch-hold-limits.js'
import { removalCostMs, waitFactor } from './removal.js'
import { clear, defineRule, fired, fix, notEnough } from './rule.js'
import { tooFewForP95 } from './sample-size.js'
import { count, ms, percent } from './wording.js'

// Above 60 % full, larger batches save less than a sixth of the fixed overhead per request for usual a and c.
const FULL_ENOUGH = 0.6
// A device that idles less than this has nothing to spare, and holding requests back is what batching is for.
const IDLE_DEVICE = 0.25
// Waiting dominates when a server is nearly always busy.
const BUSY_DEVICE = 0.8
const TIMER_SHARE = 0.5
// Full batches must take at least this share of the device's load away, else the device is simply too small.
const MIN_LOAD_CUT = 0.15
// Worth a sentence: a fiftieth of p95, or a twentieth of a typical request where a costlier fault hides it at p95.
const MIN_COST_SHARE = 0.02
const MIN_TYPICAL_SHARE = 0.05
// A queue in front of the device that takes less of p95 than this is not what holds it back.
const MIN_QUEUE_SHARE = 0.1

/** Batches leave part-empty while the device has time to spare, or while requests queue for it. */
export const poorBatchFullness = defineRule({
  id: 'poor-batch-fullness',
  title: 'Batches leave part-empty',
  stage: 'queue',
  // A throttled device is busy with batches of any size.
  symptomOf: ['device-throttling'],
  needs: [traffic, batching, batchHold, queueing, target],
  judge({ traffic: measured, batching: b, batchHold: { heldMs }, queueing: { stations }, target: goal }) {
    const { latencyMs, p95Ms } = measured
    const few = tooFewForP95(latencyMs.length)
    if (few !== null) return few
    if (b.rows.length < MIN_BATCHES) return notEnough(`${b.rows.length} batches, ${MIN_BATCHES} needed`)
    if (b.capacity === null || b.fullness === null) {
      return { verdict: 'not-measured', reason: 'the batch capacity is not known; pass `capacity` to batch()' }
    }
    if (b.capacity < 2) return clear('batching is off: capacity 1')
    const full = `${count(b.meanSize)} of ${b.capacity}`
    if (b.fullness >= FULL_ENOUGH) return clear(`batches are ${full} full`)
    const waitMs = stations.find(({ kind }) => kind === 'device')?.waitMs ?? new Float64Array(latencyMs.length)

    if (b.deviceBusyFraction >= BUSY_DEVICE) {
      const fullBusy = busyWhenFull(b)
      const cut = 1 - fullBusy / b.deviceBusyFraction
      if (cut < MIN_LOAD_CUT)
        return clear(`${full} full, but full ones would take only ${percent(cut)} off the device's load`)
      const addedMs = waitMs.map((wait) => wait * (1 - waitFactor(b.deviceBusyFraction, fullBusy)))
      const costMs = removalCostMs(measured, addedMs)
      if (costMs < MIN_QUEUE_SHARE * p95Ms)
        return clear(`${full} full, but full ones would save only ${ms(costMs)} of p95`)
      return fired({
        confidence: 'high',
        harm: 'capacity',
        summary: `Batches leave ${full} full though the device is ${percent(b.deviceBusyFraction)} busy and requests wait ${ms(mean(waitMs))} for it: its fixed overhead is paid for almost every request.`,
        clause: `batches run ${full} full while requests queue for a device that is ${percent(b.deviceBusyFraction)} busy`,
        removal: {
          addedMs,
          method:
            'removal: the share of the wait for the device that Pollaczek-Khinchine gives for full batches, whose busy fraction comes from the fitted service_time(b)',
        },
        evidence: evidenceOf(b, mean(waitMs), 'wait for the device, mean per request'),
        fixes: [
          fix(
            'Let the batcher take all that waits, up to its capacity, whenever the device gets free',
            'batch.release=idle',
          ),
        ],
      })
    }

    if (b.meanSize < MIN_MATES)
      return clear(`${full} full, but traffic is too light to fill more: small batches are right`)
    const costMs = removalCostMs(measured, heldMs)
    if (timerAtFault(b, costMs, p95Ms)) return clear(`${full} full; the wait for more is long-batch-wait's matter`)
    const idle = 1 - b.deviceBusyFraction
    if (idle < IDLE_DEVICE) return clear(`the device idles only ${percent(idle)} of the time`)
    const timerShare = b.timeoutShare ?? 0
    if (timerShare < TIMER_SHARE) return clear(`${full} full, but few batches wait for the timer`)
    const noticed = mean(heldMs) >= MIN_TYPICAL_SHARE * quantile(latencyMs, 0.5)
    if (costMs < MIN_COST_SHARE * p95Ms && !noticed) return clear(`${full} full, which costs ${ms(costMs)} of p95`)
    return fired({
      confidence: holdConfidence(costMs, p95Ms, goal, b),
      harm: 'latency',
      summary: `Batches leave ${full} full, ${percent(timerShare)} of them when the timer${b.maxWaitMs === null ? '' : ` of ${ms(b.maxWaitMs)}`} runs out, while the device idles ${percent(idle)} of the time: each request waits ${ms(mean(heldMs))} for mates that do not come.`,
      clause: `batches run ${full} full while the device idles ${percent(idle)} of the time`,
      removal: {
        addedMs: heldMs,
        change: 'batch.release=idle',
        method: 'removal: per request the time in an open batch while the device had nothing to do',
      },
      evidence: evidenceOf(b, mean(heldMs), 'held while the device idled, mean per request'),
      fixes: [
        fix('Release a batch as soon as the device is free, full or not', 'batch.release=idle'),
        ...(b.maxWaitMs === null ? [] : [fix('Cut max_wait to a quarter', `batch.waitMs=${round(b.maxWaitMs / 4)}`)]),
      ],
    })
  },
})

/** Busy fraction at the same traffic if every batch were full: a / B + c a request instead of a / b + c. */
function busyWhenFull({ fit, meanSize, capacity, deviceBusyFraction }: Batching): number {
  if (fit === null || capacity === null) return deviceBusyFraction
  const perRequest = (size: number) => Math.max(0, fit.intercept) / size + Math.max(0, fit.slope)
  const now = perRequest(meanSize)
  return now > 0 ? (deviceBusyFraction * perRequest(capacity)) / now : deviceBusyFraction
}

function evidenceOf(b: Batching, costMs: number, costLabel: string): Evidence[] {
  return [
    {
      kind: 'metric',
      label: 'batch fullness',
      value: b.fullness ?? 0,
      unit: 'fraction',
      limit: { value: FULL_ENOUGH, reason: 'fuller batches save little of the fixed overhead per request' },
    },
    { kind: 'metric', label: 'mean batch size', value: b.meanSize, unit: 'count' },
    {
      kind: 'metric',
      label: 'device idle',
      value: 1 - b.deviceBusyFraction,
      unit: 'fraction',
      limit: { value: IDLE_DEVICE, reason: 'with less to spare, holding requests back is what batching is for' },
    },
    { kind: 'metric', label: 'batches released by the timer', value: b.timeoutShare ?? 0, unit: 'fraction' },
    { kind: 'metric', label: costLabel, value: costMs, unit: 'ms' },
    {
      kind: 'histogram',
      label: 'batch sizes',
      unit: 'count',
      bins: b.sizes.map(({ size, count: n }) => ({ from: size, to: size + 1, count: n })),
    },
  ]
}

function round(value: number): number {
  return Number(value.toPrecision(2))
}
