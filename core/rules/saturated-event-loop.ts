import { eventLoop } from '../facts/event-loop.js'
import { hotFunctions } from '../facts/hot-functions.js'
import { resources } from '../facts/resources.js'
import { stageColumn, stageTimes } from '../facts/stage-times.js'
import { traffic } from '../facts/traffic.js'
import { LOOP_WAIT_STAGE } from '../model/recording.js'
import { mean } from '../stats/mean.js'
import { largestOf, whereOf } from './hot-spots.js'
import { waitFactor } from './removal.js'
import { clear, defineRule, fired, fix } from './rule.js'
import { tooFewForP95 } from './sample-size.js'
import { ms, percent } from './wording.js'

// Waiting for one server goes as rho / (1 - rho): 4 service times at 0.8, 9 at 0.9.
const BUSY_LIMIT = 0.8
// The top of the range that keeps the tail short; the cost is counted against a loop at this load.
const SAFE_LOAD = 0.7
// A thread that is kept from a core for this share of the time is not busy by its own work alone.
const RUN_QUEUE_LIMIT = 0.2
const NAMED_STAGES = 3
// Framework code around requests fills less than this of a loop that stages fill.
const NAMED_REST = 0.3

/** One event loop is at its limit though the host has cores to spare. */
export const saturatedEventLoop = defineRule({
  id: 'saturated-event-loop',
  title: 'One event loop is at its limit',
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
    'cpu-throttling',
    'noisy-neighbour',
    'oversubscribed-threads',
    'uneven-processes',
  ],
  needs: [traffic, stageTimes, eventLoop, resources],
  judge({ traffic: { latencyMs }, stageTimes: times, eventLoop: loop, resources: { hostCpu, gcFraction } }, facts) {
    const few = tooFewForP95(latencyMs.length)
    if (few !== null) return few
    const busy = loop.utilization
    if (busy < BUSY_LIMIT) return clear(`the event loop is ${percent(busy)} busy`)
    const kept = loop.runQueueWait ?? 0
    if (kept >= RUN_QUEUE_LIMIT) {
      return clear(
        `the loop's thread is ready but has no core ${percent(kept)} of the time: it is not at its limit by its own work`,
      )
    }
    const waitMs = stageColumn(times, LOOP_WAIT_STAGE)
    const less = 1 - waitFactor(busy, SAFE_LOAD)
    const filling = loop.busyByStage.slice(0, NAMED_STAGES)
    const inStages = loop.busyByStage.reduce((sum, { fraction }) => sum + fraction, 0)
    const rest = busy - inStages - (gcFraction ?? 0)
    const named = [
      ...filling.map(({ stage, fraction }) => `${stage} ${percent(fraction)}`),
      ...(rest < NAMED_REST ? [] : [`code that no stage covers ${percent(rest)}`]),
    ].join(', ')
    const hot = facts.find(hotFunctions)
    const where = whereOf(hot?.overall ?? null, 'the event loop', 'its work')
    const untimed = largestOf(hot?.inNoStage ?? null)
    return fired({
      confidence: 'high',
      harm: 'capacity',
      summary: `The event loop is ${percent(busy)} busy${hostCpu === null ? '' : ` while the host is ${percent(hostCpu)} busy`}; requests wait ${ms(mean(waitMs))} for it on average.${named === '' ? '' : ` It is filled by ${named}.`}`,
      clause: `the event loop is ${percent(busy)} busy`,
      whereSentence: where.sentence,
      removal: {
        addedMs: waitMs.map((wait) => less * wait),
        method: `removal: the share of each request's event-loop wait that a loop at ${percent(SAFE_LOAD)} would not cause (Pollaczek-Khinchine, W ~ rho^2 / (1 - rho))`,
      },
      evidence: [
        {
          kind: 'metric',
          label: 'event loop busy',
          value: busy,
          unit: 'fraction',
          limit: {
            value: BUSY_LIMIT,
            reason: 'waiting goes as busy / (1 - busy): four service times at 80 %, nine at 90 %',
          },
        },
        ...(hostCpu === null
          ? []
          : [{ kind: 'metric', label: 'host CPU busy', value: hostCpu, unit: 'fraction' } as const]),
        { kind: 'metric', label: 'wait for the event loop, mean per request', value: mean(waitMs), unit: 'ms' },
        ...filling.map(
          ({ stage, fraction }) =>
            ({ kind: 'metric', label: `event loop busy with ${stage}`, value: fraction, unit: 'fraction' }) as const,
        ),
        ...where.evidence,
      ],
      fixes: [
        ...(facts.recording.profiles.length === 0 || rest < NAMED_REST || rest < (filling[0]?.fraction ?? 0)
          ? []
          : [
              fix(
                untimed === null
                  ? 'See in the flame graph of the report which code fills it, and make it cheaper or rarer'
                  : `Make ${untimed} cheaper or rarer`,
                null,
              ),
            ]),
        ...(filling[0] === undefined
          ? []
          : [fix(`Move ${filling[0].stage} to worker threads`, `workers.${filling[0].stage}=2`)]),
        fix('Run one more process of the service on this host (cluster)', `processes=${loop.loops + 1}`),
        fix('Add an instance', 'instances=2'),
      ],
    })
  },
})
