import { eventLoop } from '../facts/event-loop.js'
import { hotFunctions } from '../facts/hot-functions.js'
import { modelCalls } from '../facts/model-calls.js'
import { stageColumn, stageTimes } from '../facts/stage-times.js'
import { target } from '../facts/target.js'
import { traffic } from '../facts/traffic.js'
import { LOOP_WAIT_STAGE } from '../model/recording.js'
import { mean } from '../stats/mean.js'
import { whereOf } from './hot-spots.js'
import { MIN_COST_SHARE, MIN_LOOP_SHARE } from './loop-work.js'
import { removalCostMs, waitFactor } from './removal.js'
import { clear, defineRule, fired, fix } from './rule.js'
import { tooFewForP95 } from './sample-size.js'
import { ms, percent } from './wording.js'

// A quarter of p95 is beyond what noise or the wait approximation's error could feign.
const SURE_COST_SHARE = 0.25
// Waiting dominates when a server is nearly always busy.
const FULL_LOOP = 0.8

/** The model runs on the event loop that answers requests, and everything else stands still meanwhile. */
export const blockingModelCall = defineRule({
  id: 'blocking-model-call',
  title: 'The model call blocks the event loop',
  stage: 'model',
  symptomOf: [],
  needs: [traffic, stageTimes, eventLoop, modelCalls, target],
  judge({ traffic: measured, stageTimes: times, eventLoop: loop, modelCalls: calls, target: goal }, facts) {
    const { latencyMs, p95Ms } = measured
    const few = tooFewForP95(latencyMs.length)
    if (few !== null) return few
    const share = calls.loopFraction
    if (share === 0) return clear('the model does not run on the event loop')
    const runs = `the model blocks the event loop ${percent(share)} of the time`
    if (share < MIN_LOOP_SHARE) return clear(`${runs}: other work is what requests wait for`)
    // The run itself takes as long elsewhere; what goes away is the wait behind other requests' runs.
    const waitMs = stageColumn(times, LOOP_WAIT_STAGE)
    const queueMs = stageColumn(times, 'queue')
    const less = 1 - waitFactor(loop.utilization, loop.utilization - share)
    const addedMs = waitMs.map((wait) => less * wait)
    const costMs = removalCostMs(measured, addedMs)
    if (costMs < MIN_COST_SHARE * p95Ms) return clear(`${runs}; about ${ms(costMs)} of p95 rests on it`)
    const each = calls.meanMs === null ? '' : `, ${ms(calls.meanMs)} a run`
    const where = whereOf(facts.find(hotFunctions)?.inStage('model') ?? null, 'the model')
    return fired({
      confidence: costMs >= SURE_COST_SHARE * p95Ms || goal.state === 'missed' ? 'high' : 'medium',
      harm: loop.utilization >= FULL_LOOP ? 'capacity' : 'latency',
      summary: `The model runs on the event loop that answers requests and blocks it ${percent(share)} of the time${each}: no request is read, decoded or answered meanwhile.`,
      costSentence: (cost) => `About ${cost} is waiting for it.`,
      clause: `the model blocks the event loop ${percent(share)} of the time${each}`,
      whereSentence: where.sentence,
      removal: {
        addedMs,
        method:
          "removal: the share of each request's event-loop wait that Pollaczek-Khinchine gives for an event loop without the model (W ~ rho^2 / (1 - rho))",
      },
      evidence: [
        {
          kind: 'metric',
          label: 'event loop blocked by the model',
          value: share,
          unit: 'fraction',
          limit: { value: MIN_LOOP_SHARE, reason: 'what fills less of the loop is not what requests wait for' },
        },
        { kind: 'metric', label: 'event loop busy', value: loop.utilization, unit: 'fraction' },
        ...(calls.meanMs === null
          ? []
          : [{ kind: 'metric', label: 'one run of the model, mean', value: calls.meanMs, unit: 'ms' } as const]),
        { kind: 'metric', label: 'wait for the event loop, mean per request', value: mean(waitMs), unit: 'ms' },
        { kind: 'metric', label: 'wait in the queue stage, mean per request', value: mean(queueMs), unit: 'ms' },
        ...where.evidence,
      ],
      fixes: [
        fix('Run the model in worker threads (one session each)', 'workers.model=2'),
        fix('Run one more process of the service on this host (cluster)', `processes=${loop.loops + 1}`),
        fix('Add an instance', 'instances=2'),
      ],
    })
  },
})
