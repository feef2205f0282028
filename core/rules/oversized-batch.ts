import { type Batching, batching } from '../facts/batching.js'
import { queueing } from '../facts/queueing.js'
import { stageColumn, stageTimes } from '../facts/stage-times.js'
import { target } from '../facts/target.js'
import { traffic } from '../facts/traffic.js'
import type { LineFit } from '../stats/line-fit.js'
import { MIN_BATCHES } from './batch-hold-limits.js'
import { removalCostMs } from './removal.js'
import { clear, defineRule, fired, fix, notEnough } from './rule.js'
import { tooFewForP95 } from './sample-size.js'
import { ms, percent } from './wording.js'

// p95 is about the slowest twentieth of the requests.
const MIN_REQUEST_SHARE = 0.05
// A request waits for up to one run before its own, so half of the target is what a run may take.
const FITTING_SHARE = 0.5
// Smaller batches make the device busier; past this the queue would cost what they save.
const BUSY_LIMIT = 0.8
// Below a tenth of p95, removing all of it would not be noticed beside run-to-run noise.
const MIN_COST_SHARE = 0.1
// Standard errors by which service time must grow with size, and the part of the largest batch's time that is growth.
const SURE_SLOPE = 3
const GROWING_PART = 0.5

/** Running a batch takes so long that it breaks the target by itself, while smaller batches could carry the traffic. */
export const oversizedBatch = defineRule({
  id: 'oversized-batch',
  title: 'Batches are too large for the target',
  stage: 'model',
  symptomOf: ['device-throttling'],
  needs: [traffic, stageTimes, batching, target],
  judge({ traffic: measured, stageTimes: times, batching: b, target: goal }, facts) {
    const { latencyMs, throughputRps, p95Ms } = measured
    const few = tooFewForP95(latencyMs.length)
    if (few !== null) return few
    if (b.rows.length < MIN_BATCHES) return notEnough(`${b.rows.length} batches, ${MIN_BATCHES} needed`)
    if (goal.state === 'none') return clear('there is no p95 target that a batch could break')
    const { limitMs } = goal
    const share = shareAbove(b, limitMs)
    if (share < MIN_REQUEST_SHARE) {
      return clear(
        `${percent(share)} of the requests are in batches that run for longer than the ${ms(limitMs)} target`,
      )
    }
    const largest = b.serviceTimes.at(-1)!
    if (b.fit === null || !growsWithSize(b.fit, b.rows.length, largest)) {
      return clear('service time does not grow with batch size: the model is slow, not the batch large')
    }
    const { intercept, slope } = b.fit
    const fitting = Math.floor((FITTING_SHARE * limitMs - intercept) / slope)
    if (fitting < 1) return clear(`even a batch of one takes more than half of the target: the model is slow`)
    const fittingMs = intercept + slope * fitting
    const busy = (throughputRps / 1000) * (fittingMs / fitting / b.devices)
    if (busy > BUSY_LIMIT) {
      return clear(
        `batches of ${fitting} would keep the device ${percent(busy)} busy: it is too small for this traffic`,
      )
    }
    const modelMs = stageColumn(times, 'model')
    const waitMs = facts.find(queueing)?.stations.find(({ kind }) => kind === 'device')?.waitMs
    const addedMs = modelMs.map((spent, i) => {
      const excess = Math.max(0, spent - fittingMs)
      return excess + (spent > 0 ? (excess / spent) * (waitMs?.[i] ?? 0) : 0)
    })
    const costMs = removalCostMs(measured, addedMs)
    if (costMs < MIN_COST_SHARE * p95Ms) return clear(`batches of at most ${fitting} would save ${ms(costMs)} of p95`)
    return fired({
      confidence: goal.state === 'missed' ? 'high' : 'low',
      harm: 'latency',
      summary: `${percent(share)} of the requests are in batches that run for longer than the whole target of ${ms(limitMs)}; one of ${largest.size} takes ${ms(largest.p50Ms)}. At most ${fitting} a batch would take ${ms(fittingMs)} and keep the device ${percent(busy)} busy.`,
      clause: `batches of up to ${largest.size} run for ${ms(largest.p50Ms)}`,
      removal: {
        addedMs,
        change: `batch.max=${fitting}`,
        method:
          "removal: each request's model time beyond that of a batch that takes half of the target, and the same share of its wait for the device",
      },
      evidence: [
        {
          kind: 'metric',
          label: 'requests in batches that run for longer than the target',
          value: share,
          unit: 'fraction',
          limit: { value: MIN_REQUEST_SHARE, reason: 'p95 is about the slowest twentieth' },
        },
        { kind: 'metric', label: 'largest batch', value: largest.size, unit: 'count' },
        {
          kind: 'metric',
          label: 'service time of the largest batch, p50',
          value: largest.p50Ms,
          unit: 'ms',
          limit: { value: limitMs, reason: 'the target: whoever is in such a batch misses it without any wait' },
        },
        { kind: 'metric', label: 'largest batch that takes half of the target', value: fitting, unit: 'count' },
        { kind: 'metric', label: 'device busy with such batches', value: busy, unit: 'fraction' },
      ],
      fixes: [fix(`Lower max_batch to ${fitting}`, `batch.max=${fitting}`)],
    })
  },
})

/** A slope is r2's t statistic away from none: t^2 = r2 (n - 2) / (1 - r2). */
function growsWithSize({ slope, r2 }: LineFit, batches: number, largest: Batching['serviceTimes'][number]): boolean {
  const standardErrors = Math.sqrt((r2 * (batches - 2)) / Math.max(1e-9, 1 - r2))
  return slope * largest.size >= GROWING_PART * largest.p50Ms && standardErrors >= SURE_SLOPE
}

/** Share of the requests whose batch size usually takes at least `limitMs`. */
function shareAbove({ serviceTimes }: Batching, limitMs: number): number {
  let requests = 0
  let above = 0
  for (const { size, count, p50Ms } of serviceTimes) {
    requests += size * count
    if (p50Ms >= limitMs) above += size * count
  }
  return requests === 0 ? 0 : above / requests
}
