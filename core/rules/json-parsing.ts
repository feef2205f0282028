import { eventLoop, loopShare } from '../facts/event-loop.js'
import { stageColumn, stageTimes } from '../facts/stage-times.js'
import { target } from '../facts/target.js'
import { traffic } from '../facts/traffic.js'
import { LOOP_WAIT_STAGE } from '../model/recording.js'
import { mean } from '../stats/mean.js'
import { quantile } from '../stats/quantile.js'
import { removalCostMs, waitFactor } from './removal.js'
import { clear, defineRule, fired, fix } from './rule.js'
import { tooFewForP95 } from './sample-size.js'
import { ms, percent } from './wording.js'

// Below a tenth of p95, removing all of it would not be noticed beside run-to-run noise.
const MIN_COST_SHARE = 0.1
// A quarter of p95 is beyond what noise or the wait approximation's error could feign.
const SURE_COST_SHARE = 0.25
// Near saturation, taking away a little of anything shortens the wait; what fills less of the loop is not the cause.
const MIN_LOOP_SHARE = 0.2
// Below half, an event loop makes nobody wait long (W is under one service time), so parsing is only time, not a fault.
const CONTENDED_LOOP = 0.5
// Waiting dominates when a server is nearly always busy; the tail bends at 70 to 80 %.
const FULL_LOOP = 0.8

/** Decoding request bodies takes the CPU that requests wait for. */
export const jsonParsing = defineRule({
  id: 'json-parsing',
  title: 'JSON parsing takes the CPU that requests wait for',
  stage: 'deserialize',
  symptomOf: [],
  needs: [traffic, stageTimes, eventLoop, target],
  judge({ traffic: { latencyMs }, stageTimes: times, eventLoop: loop, target: goal }) {
    const few = tooFewForP95(latencyMs.length)
    if (few !== null) return few
    const ownMs = stageColumn(times, 'deserialize')
    const share = loopShare(loop, 'deserialize')
    if (mean(ownMs) === 0 || share === 0) return clear('no request was decoded synchronously on the event loop')
    const waitMs = stageColumn(times, LOOP_WAIT_STAGE)
    const less = 1 - waitFactor(loop.utilization, loop.utilization - share)
    const addedMs = ownMs.map((own, i) => own + less * waitMs[i]!)
    const costMs = removalCostMs(latencyMs, addedMs)
    const p95Ms = quantile(latencyMs, 0.95)
    const decoding = `decoding takes ${ms(mean(ownMs))} a request and ${percent(share)} of the event loop`
    const small = share < MIN_LOOP_SHARE && mean(ownMs) < MIN_COST_SHARE * p95Ms
    if (small) return clear(`${decoding}: other work is what requests wait for`)
    if (costMs < MIN_COST_SHARE * p95Ms) return clear(`${decoding}; about ${ms(costMs)} of p95 rests on it`)
    const contended = loop.utilization >= CONTENDED_LOOP
    const sure = costMs >= SURE_COST_SHARE * p95Ms && (contended || goal.state === 'missed')
    return fired({
      // A loop near its limit is a fault whatever the latency is today.
      harm: loop.utilization >= FULL_LOOP ? 'capacity' : 'latency',
      confidence: sure ? 'high' : contended || goal.state === 'missed' ? 'medium' : 'low',
      summary: `Parsing JSON takes ${ms(mean(ownMs))} of CPU a request; it fills ${percent(share)} of an event loop that is ${percent(loop.utilization)} busy, and requests queue behind each other's bodies. About ${ms(costMs)} of the ${ms(p95Ms)} p95 would go with it.`,
      clause: `JSON parsing keeps the event loop ${percent(loop.utilization)} busy`,
      removal: {
        addedMs,
        method:
          'removal: per request its own decoding time, and the share of its event-loop wait that Pollaczek-Khinchine gives for an event loop without decoding (W ~ rho^2 / (1 - rho))',
      },
      evidence: [
        {
          kind: 'metric',
          label: 'event loop busy with decoding',
          value: share,
          unit: 'fraction',
          limit: { value: MIN_LOOP_SHARE, reason: 'what fills less of the loop is not what requests wait for' },
        },
        {
          kind: 'metric',
          label: 'event loop busy',
          value: loop.utilization,
          unit: 'fraction',
          limit: { value: CONTENDED_LOOP, reason: 'above half, requests wait longer than one service time' },
        },
        { kind: 'metric', label: 'decoding, mean per request', value: mean(ownMs), unit: 'ms' },
        { kind: 'metric', label: 'wait for the event loop, mean per request', value: mean(waitMs), unit: 'ms' },
        {
          kind: 'metric',
          label: 'p95 that rests on decoding',
          value: costMs,
          unit: 'ms',
          limit: { value: MIN_COST_SHARE * p95Ms, reason: 'a tenth of p95: less is lost in run-to-run noise' },
        },
      ],
      fixes: [
        fix(
          'Send tensors in a binary encoding (raw float32, Arrow, protobuf) instead of JSON',
          'stage.deserialize=0.1x',
        ),
        fix('Parse in worker threads, off the event loop that answers requests', 'workers.deserialize=2'),
      ],
    })
  },
})
