import { device } from '../facts/device.js'
import { eventLoop } from '../facts/event-loop.js'
import { queueing } from '../facts/queueing.js'
import { stageColumn, stageTimes } from '../facts/stage-times.js'
import { traffic } from '../facts/traffic.js'
import { LOOP_WAIT_STAGE } from '../model/recording.js'
import { mean } from '../stats/mean.js'
import { removalCostMs } from './removal.js'
import { clear, defineRule, fired, fix } from './rule.js'
import { tooFewForP95 } from './sample-size.js'
import { count, ms, percent } from './wording.js'

// A device that idles less than this keeps up with little loss.
const IDLE_LIMIT = 0.4
// On average less than one request waiting means that the device idles for want of traffic.
const MIN_WAITING = 1
// A smaller share of p95 leaves more to gain elsewhere.
const MIN_COST_SHARE = 0.25
// Waiting dominates when a server is nearly always busy.
const BUSY_LIMIT = 0.8

/** The device idles while requests wait upstream of it: too few workers, or a host that cannot feed it. */
export const starvedDevice = defineRule({
  id: 'starved-device',
  title: 'The device idles while requests wait upstream',
  stage: null,
  symptomOf: [
    'json-parsing',
    'serialization',
    'slow-preprocess',
    'slow-postprocess',
    'slow-stage',
    'untimed-code',
    'blocking-model-call',
    'gc-pressure',
    'bursty-arrivals',
    'cpu-throttling',
    'noisy-neighbour',
    'oversubscribed-threads',
    'saturated-event-loop',
  ],
  needs: [traffic, stageTimes, device, queueing],
  judge({ traffic: measured, stageTimes: times, device: accelerator, queueing: { stations } }, facts) {
    const { latencyMs, p95Ms, throughputRps } = measured
    const few = tooFewForP95(latencyMs.length)
    if (few !== null) return few
    const idle = 1 - accelerator.busyFraction
    if (idle < IDLE_LIMIT) return clear(`the device is ${percent(accelerator.busyFraction)} busy`)
    const pool = stations.find(({ kind, stage }) => kind === 'workers' && stage !== 'model')
    const loopWaitMs = stageColumn(times, LOOP_WAIT_STAGE)
    const upstreamMs = loopWaitMs.map((wait, i) => wait + (pool?.waitMs[i] ?? 0))
    // Little's law: how many requests wait upstream at a time.
    const waiting = (throughputRps / 1000) * mean(upstreamMs)
    if (waiting < MIN_WAITING)
      return clear(`the device idles for want of traffic: ${count(waiting)} requests wait upstream`)
    const costMs = removalCostMs(measured, upstreamMs)
    if (costMs < MIN_COST_SHARE * p95Ms) return clear(`upstream waits cost only ${ms(costMs)} of p95`)
    const loop = facts.find(eventLoop)
    const forPool = pool !== undefined && mean(pool.waitMs) > mean(loopWaitMs)
    const where = forPool
      ? `for ${pool.servers} ${pool.stage} worker${pool.servers === 1 ? '' : 's'}`
      : 'for the event loop'
    return fired({
      confidence: 'high',
      // What feeds the device at its own limit is a fault whatever the latency is today.
      harm: Math.max(pool?.busyFraction ?? 0, loop?.utilization ?? 0) >= BUSY_LIMIT ? 'capacity' : 'latency',
      summary: `The device idles ${percent(idle)} of the time while ${count(waiting)} requests at a time wait upstream ${where}, ${ms(mean(upstreamMs))} each: the host cannot feed it.`,
      clause: `the device idles ${percent(idle)} of the time while requests wait ${where}`,
      removal: {
        addedMs: upstreamMs,
        method:
          'removal: per request all waiting upstream of the device (an upper bound: some of it would move to the device)',
      },
      evidence: [
        {
          kind: 'metric',
          label: 'device idle',
          value: idle,
          unit: 'fraction',
          limit: { value: IDLE_LIMIT, reason: 'below it the device keeps up with little loss' },
        },
        {
          kind: 'metric',
          label: 'requests waiting upstream, on average',
          value: waiting,
          unit: 'count',
          limit: { value: MIN_WAITING, reason: 'with less than one the device idles for want of traffic' },
        },
        { kind: 'metric', label: 'wait upstream, mean per request', value: mean(upstreamMs), unit: 'ms' },
      ],
      fixes: forPool
        ? [fix(`Add ${pool.stage} workers`, `workers.${pool.stage}=${pool.servers * 2}`)]
        : [fix('Move CPU work off the event loop, or add an instance', 'instances=2')],
    })
  },
})
