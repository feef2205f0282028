import { eventLoop } from '../facts/event-loop.js'
import { gcPauses } from '../facts/gc-pauses.js'
import { stageTimes } from '../facts/stage-times.js'
import { traffic } from '../facts/traffic.js'
import { mean } from '../stats/mean.js'
import { loopBoundMs } from './loop-bound.js'
import { removalCostMs, spareWithout } from './removal.js'
import { clear, defineRule, fired, fix } from './rule.js'
import { tooFewForP95 } from './sample-size.js'
import { ms, percent } from './wording.js'

// A collector that takes less than a twentieth of the time is the usual price of allocating; only long pauses matter then.
const USUAL_FRACTION = 0.05
// A pause that is longer than this share of p95 moves whoever it hits into the tail.
const LONG_PAUSE_SHARE = 0.25
// Pauses lengthen all of a busy loop's requests a little; a smaller share of p95 than this is no cause but its shadow.
const MIN_COST_SHARE = 0.15
const SURE_COST_SHARE = 0.25
// From here on the collector is short of memory and takes more with every request.
const HEAVY_FRACTION = 0.2

/** Garbage-collection pauses of the event loop reach the tail. */
export const gcPressure = defineRule({
  id: 'gc-pressure',
  title: 'Garbage collection pauses reach the tail',
  stage: null,
  symptomOf: [],
  needs: [traffic, stageTimes, eventLoop, gcPauses],
  judge({ traffic: measured, stageTimes: times, eventLoop: loop, gcPauses: gc }) {
    const { latencyMs, p95Ms } = measured
    const few = tooFewForP95(latencyMs.length)
    if (few !== null) return few
    const takes = `${gc.count} pauses take ${percent(gc.fraction)} of the time, the longest ${ms(gc.longestMs)}`
    if (gc.fraction < USUAL_FRACTION && gc.longestMs < LONG_PAUSE_SHARE * p95Ms) return clear(takes)
    // A pause only delays a request that wants the event loop.
    const boundMs = loopBoundMs(times)
    const delayMs = gc.delayMs(spareWithout(loop.utilization, gc.fraction))
    const addedMs = delayMs.map((delay, i) => Math.min(delay, boundMs[i]!))
    const costMs = removalCostMs(measured, addedMs)
    if (costMs < MIN_COST_SHARE * p95Ms) return clear(`${takes}; about ${ms(costMs)} of p95 rests on them`)
    return fired({
      confidence: costMs >= SURE_COST_SHARE * p95Ms ? 'high' : 'medium',
      harm: gc.fraction >= HEAVY_FRACTION ? 'capacity' : 'latency',
      summary: `Garbage collection stops the event loop ${percent(gc.fraction)} of the time, ${ms(gc.meanMs)} a pause and up to ${ms(gc.longestMs)}.`,
      costSentence: (cost) => `About ${cost} is spent in such pauses and behind them.`,
      clause: `garbage collection stops the event loop ${percent(gc.fraction)} of the time, up to ${ms(gc.longestMs)} at once`,
      removal: {
        addedMs,
        method:
          'removal: per request the pauses within its latency and the backlog that earlier ones left, which goes down as fast as the event loop has time to spare; at most the time that it needed the event loop',
      },
      evidence: [
        {
          kind: 'metric',
          label: 'time in garbage collection',
          value: gc.fraction,
          unit: 'fraction',
          limit: { value: USUAL_FRACTION, reason: 'less is the usual price of allocating' },
        },
        {
          kind: 'metric',
          label: 'longest pause',
          value: gc.longestMs,
          unit: 'ms',
          limit: { value: LONG_PAUSE_SHARE * p95Ms, reason: 'a quarter of p95 moves whoever it hits into the tail' },
        },
        { kind: 'metric', label: 'mean pause', value: gc.meanMs, unit: 'ms' },
        { kind: 'metric', label: 'paused, mean per request', value: mean(addedMs), unit: 'ms' },
      ],
      fixes: [
        fix('Allocate less per request: reuse buffers and typed arrays, keep tensors out of the JavaScript heap', null),
        fix('Give the young generation more room (--max-semi-space-size=64)', null),
      ],
    })
  },
})
