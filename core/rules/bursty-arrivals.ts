import { arrivals } from '../facts/arrivals.js'
import { batchHold } from '../facts/batch-hold.js'
import { batching } from '../facts/batching.js'
import { device } from '../facts/device.js'
import { eventLoop } from '../facts/event-loop.js'
import type { Facts } from '../facts/fact.js'
import { queueing } from '../facts/queueing.js'
import { stageColumn, stageTimes } from '../facts/stage-times.js'
import { target } from '../facts/target.js'
import { traffic } from '../facts/traffic.js'
import { LOOP_WAIT_STAGE } from '../model/recording.js'
import { mean } from '../stats/mean.js'
import { removalCostMs } from './removal.js'
import { clear, defineRule, fired, fix } from './rule.js'
import { tooFewForP95 } from './sample-size.js'
import { count, ms, percent } from './wording.js'

// Three times the variance of independent arrivals: with 30 windows or more, chance gives at most about twice.
const MIN_DISPERSION = 3
// From here on steady traffic queues as well.
const BUSY_LIMIT = 0.8
// A smaller share of p95 leaves more to gain elsewhere.
const MIN_COST_SHARE = 0.25

/** Requests come in bursts and queue behind each other although nothing is busy on average. */
export const burstyArrivals = defineRule({
  id: 'bursty-arrivals',
  title: 'Requests arrive in bursts',
  stage: null,
  symptomOf: [],
  needs: [traffic, stageTimes, arrivals, eventLoop, target],
  judge({ traffic: measured, stageTimes: times, arrivals: a, eventLoop: loop, target: goal }, facts) {
    const { latencyMs, p95Ms } = measured
    const few = tooFewForP95(latencyMs.length)
    if (few !== null) return few
    const spread = `arrivals vary ${count(a.dispersion)} times as much as independent ones`
    if (a.dispersion < MIN_DISPERSION) return clear(spread)
    const stations = facts.find(queueing)?.stations.map(({ busyFraction }) => busyFraction) ?? []
    const busiest = Math.max(loop.utilization, facts.find(device)?.busyFraction ?? 0, ...stations)
    if (busiest >= BUSY_LIMIT) return clear(`${spread}, but the busiest resource is ${percent(busiest)} busy anyway`)
    const queueMs = stageColumn(times, 'queue')
    const heldMs = facts.find(batchHold)?.heldMs
    const waitMs = stageColumn(times, LOOP_WAIT_STAGE).map((w, i) => w + Math.max(0, queueMs[i]! - (heldMs?.[i] ?? 0)))
    const addedMs = waitMs.map((wait) => wait * (1 - 2 / (a.dispersion + 1)))
    const costMs = removalCostMs(measured, addedMs)
    if (costMs < MIN_COST_SHARE * p95Ms) return clear(`${spread}; that costs ${ms(costMs)} of p95`)
    return fired({
      // Who sees arrivals behind a busy loop sees them bunched; without a missed target bursts are carried well enough.
      confidence: goal.state !== 'missed' ? 'low' : a.seenFrom === 'client' ? 'high' : 'medium',
      harm: 'latency',
      summary: `Requests come in bursts (up to ${count(a.peakRps)} a second where ${count(a.meanRps)} are the mean) and wait ${ms(mean(waitMs))} behind each other, though nothing is more than ${percent(busiest)} busy on average.`,
      clause: `bursts of up to ${count(a.peakRps)} requests a second queue though nothing is more than ${percent(busiest)} busy`,
      removal: {
        addedMs,
        method:
          "removal: the share of each request's waiting that independent arrivals would not cause (Kingman, W ~ (Ca^2 + Cs^2) / 2 with Cs^2 = 1)",
      },
      evidence: [
        {
          kind: 'metric',
          label: 'variance of the arrivals over their mean (independent: 1)',
          value: a.dispersion,
          unit: 'count',
          limit: { value: MIN_DISPERSION, reason: 'chance gives at most about twice' },
        },
        { kind: 'metric', label: 'peak rate', value: a.peakRps, unit: 'rps' },
        { kind: 'metric', label: 'mean rate', value: a.meanRps, unit: 'rps' },
        {
          kind: 'metric',
          label: 'busiest resource',
          value: busiest,
          unit: 'fraction',
          limit: { value: BUSY_LIMIT, reason: 'from here on steady traffic queues as well' },
        },
        { kind: 'metric', label: 'waiting, mean per request', value: mean(waitMs), unit: 'ms' },
      ],
      fixes: [
        fix('Spread the bursts where they come from (jitter, smaller chunks, a paced queue)', null),
        fix('Let bursts fill larger batches: raise max_batch', largerBatches(facts)),
        fix('Keep spare capacity for the bursts', 'instances=2'),
      ],
    })
  },
})

function largerBatches(facts: Facts): string | null {
  const capacity = facts.find(batching)?.capacity ?? null
  return capacity === null ? null : `batch.max=${2 * capacity}`
}
