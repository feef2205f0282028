import { type Batching, batching } from '../facts/batching.js'
import { deviceClock } from '../facts/device-clock.js'
import { queueing } from '../facts/queueing.js'
import { stageColumn, stageTimes } from '../facts/stage-times.js'
import { tailShare, tails } from '../facts/tails.js'
import { target } from '../facts/target.js'
import { traffic } from '../facts/traffic.js'
import { mean } from '../stats/mean.js'
import { quantile } from '../stats/quantile.js'
import { removalCostMs, waitFactor } from './removal.js'
import { clear, defineRule, fired, fix, notEnough } from './rule.js'
import { tooFewForP95 } from './sample-size.js'
import { whyNotThrottled } from './throttled-clock.js'
import { ms, percent } from './wording.js'

// "Dominates": more than everything else together.
const MIN_SHARE = 0.5
// The smallest batch takes at least this share of the mean one; below it the batch is large rather than the model slow.
const MIN_SINGLE_SHARE = 0.5
// A smaller share of p95 leaves more to gain elsewhere.
const MIN_COST_SHARE = 0.2
// What compilation or quantization typically gives; the cost is p95 less the p95 with a model that much faster.
const SPEED_UP = 2

// A size that was seen less often than this says little about its service time.
const MIN_SEEN = 5
const SMALL_BATCH = 2
const MIN_R2 = 0.7

/** The model itself takes most of the latency, whatever the batch size. */
export const slowModel = defineRule({
  id: 'slow-model',
  title: 'The model itself takes most of the latency',
  stage: 'model',
  symptomOf: ['blocking-model-call', 'oversized-batch'],
  needs: [traffic, stageTimes, tails, target],
  judge({ traffic: measured, stageTimes: times, tails: near, target: goal }, facts) {
    const { latencyMs, p95Ms } = measured
    const few = tooFewForP95(latencyMs.length)
    if (few !== null) return few
    const modelMs = stageColumn(times, 'model')
    if (mean(modelMs) === 0) return { verdict: 'not-measured', reason: 'no stage named model was recorded' }
    // Of a typical request: those near p95 wait for others' runs as well, which a slow model causes.
    const share = tailShare(near, times, 'model', 0.5)
    if (share < MIN_SHARE) return clear(`the model takes ${percent(share)} of a typical request`)
    const clock = facts.find(deviceClock)
    if (clock !== null && whyNotThrottled(clock) === null) {
      return clear(`the device runs at ${percent(clock.ratio)} of its clock: how fast the model could be is not seen`)
    }
    // Without batches every run of the model is a batch of one.
    const batches = facts.find(batching)
    const singleMs = batches === null ? quantile(modelMs, 0.5) : smallBatchMs(batches)
    if (singleMs === null) return notEnough('no small batch was seen, so the model alone is not known')
    if (singleMs < MIN_SINGLE_SHARE * mean(modelMs)) {
      return clear(`the smallest batch takes only ${ms(singleMs)}: batches are large, not the model slow`)
    }
    const station = facts.find(queueing)?.stations.find(({ stage }) => stage === 'model')
    const less = station === undefined ? 0 : 1 - waitFactor(station.busyFraction, station.busyFraction / SPEED_UP)
    const addedMs = modelMs.map((spent, i) => spent * (1 - 1 / SPEED_UP) + less * (station?.waitMs[i] ?? 0))
    const costMs = removalCostMs(measured, addedMs)
    if (costMs < MIN_COST_SHARE * p95Ms)
      return clear(`a model ${SPEED_UP} times as fast would take only ${ms(costMs)} off p95`)
    return fired({
      // Without a missed target nothing says that a large model is too slow.
      confidence: goal.state === 'missed' ? 'high' : 'low',
      harm: 'latency',
      summary: `The model takes ${ms(mean(modelMs))} a request, ${percent(share)} of a typical one, and ${ms(singleMs)} even at the smallest batch.`,
      costSentence: (cost) => `One ${SPEED_UP} times as fast would save about ${cost}.`,
      clause: `the model takes ${percent(share)} of a typical request, ${ms(singleMs)} even at the smallest batch`,
      removal: {
        addedMs,
        change: `device.speed=${SPEED_UP}x`,
        method: `removal: half of each request's model time, and the share of its wait for the device that a model ${SPEED_UP} times as fast would not cause (Pollaczek-Khinchine)`,
      },
      evidence: [
        {
          kind: 'metric',
          label: 'share of a typical request in the model',
          value: share,
          unit: 'fraction',
          limit: { value: MIN_SHARE, reason: 'more than everything else together' },
        },
        {
          kind: 'metric',
          label: 'model time at the smallest batch, p50',
          value: singleMs,
          unit: 'ms',
          limit: {
            value: MIN_SINGLE_SHARE * mean(modelMs),
            reason: 'below half of the mean model time the batch is large rather than the model slow',
          },
        },
        { kind: 'metric', label: 'model time, mean per request', value: mean(modelMs), unit: 'ms' },
      ],
      fixes: [
        fix('Quantize or compile the model (graph optimization, operator fusion)', `device.speed=${SPEED_UP}x`),
        fix('Serve a smaller model', `stage.model=${1 / SPEED_UP}x`),
      ],
    })
  },
})

/** Service time of the smallest batch: as seen, or from the fit where only larger ones were; null = not known. */
function smallBatchMs({ serviceTimes, fit }: Batching): number | null {
  const seen = serviceTimes.find(({ size, count }) => size <= SMALL_BATCH && count >= MIN_SEEN)
  if (seen !== undefined) return seen.p50Ms
  return fit !== null && fit.r2 >= MIN_R2 ? Math.max(0, fit.intercept + fit.slope) : null
}
