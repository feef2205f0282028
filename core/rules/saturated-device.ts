import { batching } from '../facts/batching.js'
import { queueing } from '../facts/queueing.js'
import { stageColumn, stageTimes } from '../facts/stage-times.js'
import { traffic } from '../facts/traffic.js'
import { LOOP_WAIT_STAGE } from '../model/recording.js'
import { histogram } from '../stats/histogram.js'
import { mean } from '../stats/mean.js'
import { removalCostMs, waitFactor } from './removal.js'
import { clear, defineRule, fired, fix } from './rule.js'
import { tooFewForP95 } from './sample-size.js'
import { count, ms, percent } from './wording.js'

// Waiting dominates when a server is nearly always busy; the tail bends at 70 to 80 %.
const BUSY_LIMIT = 0.8
const SAFE_LOAD = 0.7
// A smaller share of p95 leaves more to gain elsewhere.
const MIN_COST_SHARE = 0.2
// A wait that doubles from the first third of the run to the last is a backlog that load adds to, not a steady queue.
const GROWTH = 2
const BINS = 20

/** The device is busy nearly all of the time and requests queue for it: it is too small for this traffic. */
export const saturatedDevice = defineRule({
  id: 'saturated-device',
  title: 'The device is at its limit',
  stage: 'queue',
  symptomOf: ['poor-batch-fullness', 'oversized-batch', 'device-throttling', 'blocking-model-call', 'slow-model'],
  needs: [traffic, stageTimes, queueing],
  judge({ traffic: measured, stageTimes: times, queueing: { stations } }, facts) {
    const { latencyMs, p95Ms } = measured
    const few = tooFewForP95(latencyMs.length)
    if (few !== null) return few
    const station = stations.find(({ kind }) => kind === 'device')
    if (station === undefined) return { verdict: 'not-measured', reason: 'the service recorded no batches of a device' }
    const { busyFraction, waitMs } = station
    const busy = `the device is ${percent(busyFraction)} busy`
    if (busyFraction < BUSY_LIMIT) return clear(busy)
    const loopWaitMs = mean(stageColumn(times, LOOP_WAIT_STAGE))
    if (loopWaitMs > mean(waitMs)) {
      return clear(`${busy}, but requests wait longer for the event loop (${ms(loopWaitMs)}) than for the device`)
    }
    const addedMs = waitMs.map((wait) => wait * (1 - waitFactor(busyFraction, SAFE_LOAD)))
    const costMs = removalCostMs(measured, addedMs)
    if (costMs < MIN_COST_SHARE * p95Ms) return clear(`${busy}, but its queue costs only ${ms(costMs)} of p95`)
    const [firstMs, lastMs] = thirds(waitMs)
    const grows = lastMs >= GROWTH * firstMs
    const batches = facts.find(batching)
    const size = batches === null ? '' : ` with batches of ${count(batches.meanSize)}`
    return fired({
      confidence: 'high',
      harm: 'capacity',
      summary: `The device is ${percent(busyFraction)} busy${size}; requests wait ${ms(mean(waitMs))} for it on average${grows ? `, and the queue grows: ${ms(firstMs)} in the first third of the run, ${ms(lastMs)} in the last` : ''}.`,
      clause: `the device is ${percent(busyFraction)} busy and ${grows ? 'its queue grows' : `requests wait ${ms(mean(waitMs))} for it`}`,
      removal: {
        addedMs,
        method: `removal: the share of each request's wait that a device at ${percent(SAFE_LOAD)} would not cause (Pollaczek-Khinchine, W ~ rho^2 / (1 - rho))`,
      },
      evidence: [
        {
          kind: 'metric',
          label: 'device busy',
          value: busyFraction,
          unit: 'fraction',
          limit: { value: BUSY_LIMIT, reason: 'above it waiting outgrows service' },
        },
        { kind: 'metric', label: 'wait for the device, mean per request', value: mean(waitMs), unit: 'ms' },
        { kind: 'metric', label: 'wait in the first third of the run', value: firstMs, unit: 'ms' },
        { kind: 'metric', label: 'wait in the last third of the run', value: lastMs, unit: 'ms' },
        { kind: 'histogram', label: 'wait for the device', unit: 'ms', bins: histogram(waitMs, BINS) },
      ],
      fixes: [
        fix('Make the model faster (quantize, compile, fuse)', 'device.speed=1.5x'),
        fix('Add an instance, and keep each below 80 %', 'instances=2'),
      ],
    })
  },
})

/** Mean wait of the first and of the last third of the requests, in order of arrival. */
function thirds(waitMs: Float64Array): [number, number] {
  const third = Math.ceil(waitMs.length / 3)
  return [mean(waitMs.subarray(0, third)), mean(waitMs.subarray(waitMs.length - third))]
}
