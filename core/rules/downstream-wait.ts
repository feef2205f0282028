import { type CallsInTurn, callsInTurn } from '../facts/calls-in-turn.js'
import { blocks, isInWorkers, isSynchronous, type StagePlacement, stagePlacements } from '../facts/stage-placements.js'
import { stageSummaries } from '../facts/stage-summaries.js'
import { stageColumn, stageTimes } from '../facts/stage-times.js'
import { target } from '../facts/target.js'
import { traffic } from '../facts/traffic.js'
import { histogram } from '../stats/histogram.js'
import { mean } from '../stats/mean.js'
import { quantile } from '../stats/quantile.js'
import { ownStages } from './own-stages.js'
import { removalCostMs } from './removal.js'
import { clear, defineRule, fired, fix } from './rule.js'
import { tooFewForP95 } from './sample-size.js'
import { count, ms } from './wording.js'

// A smaller share of p95 leaves more to gain inside the service.
const MIN_COST_SHARE = 0.25
const SURE_COST_SHARE = 0.4
const BINS = 20
const DOWNSTREAM = 'downstream'

/** Requests wait for another service, or for what a stage of the service's own awaits. */
export const downstreamWait = defineRule({
  id: 'downstream-wait',
  title: 'Requests wait for calls to come back',
  stage: DOWNSTREAM,
  symptomOf: ['storage-reads', 'limited-concurrency'],
  needs: [traffic, stageTimes, stageSummaries, stagePlacements, target],
  judge(needs, facts) {
    const { stageTimes: times, target: goal } = needs
    const { latencyMs, p95Ms } = needs.traffic
    const few = tooFewForP95(latencyMs.length)
    if (few !== null) return few
    const awaited = (one: StagePlacement, stage: string) =>
      stage === DOWNSTREAM || (!isInWorkers(one) && !isSynchronous(one) && !blocks(one))
    const waits = ownStages(needs, awaited).map((stage) => {
      const addedMs = stageColumn(times, stage)
      return { stage, addedMs, costMs: removalCostMs(needs.traffic, addedMs) }
    })
    const [most] = waits.sort((a, b) => b.costMs - a.costMs)
    if (most === undefined) return clear('no request called another service, or awaited anything in a stage')
    const { stage, addedMs, costMs } = most
    const what = stage === DOWNSTREAM ? 'for other services' : `for what ${stage} awaits`
    if (costMs < MIN_COST_SHARE * p95Ms) {
      return clear(`requests wait ${ms(mean(addedMs))} ${what} on average, ${ms(costMs)} of p95`)
    }
    const inTurn = callsInTurn(facts, stage)
    const sure = costMs >= SURE_COST_SHARE * p95Ms
    return fired({
      // Without a missed target nothing says that the other service is too slow.
      confidence: goal.state !== 'missed' ? 'low' : sure ? 'high' : 'medium',
      harm: 'latency',
      stage,
      summary: `Requests wait ${ms(mean(addedMs))} on average (p95 ${ms(quantile(addedMs, 0.95))}) ${what}${inTurn === null ? '' : `: ${said(inTurn)}, one after the other`}.`,
      costSentence: (cost) => `About ${cost} is that wait.`,
      clause: `requests wait ${ms(mean(addedMs))} ${what}${inTurn === null ? '' : `, in ${said(inTurn)} one after the other`}`,
      removal: {
        addedMs,
        change: `stage.${stage}=0x`,
        method: `removal: per request its wait ${what}`,
      },
      evidence: [
        {
          kind: 'metric',
          label: `p95 that rests on the wait ${what}, roughly`,
          value: costMs,
          unit: 'ms',
          limit: { value: MIN_COST_SHARE * p95Ms, reason: 'with less there is more to gain inside the service' },
        },
        { kind: 'metric', label: `wait ${what}, mean per request`, value: mean(addedMs), unit: 'ms' },
        { kind: 'histogram', label: `wait ${what}`, unit: 'ms', bins: histogram(addedMs, BINS) },
      ],
      fixes: [
        ...(inTurn === null
          ? []
          : [
              fix(
                "Make calls that do not need each other's answers at the same time (Promise.all)",
                `stage.${stage}=${Number(inTurn.together.toPrecision(2))}x`,
              ),
            ]),
        fix('Call it at the same time as other work, or keep its answers (cache)', `stage.${stage}=0.5x`),
        fix('Bound the wait: a timeout near its usual p99, a circuit breaker, and an answer without it', null),
      ],
    })
  },
})

function said({ calls, eachMs }: CallsInTurn): string {
  return `${count(calls)} calls of ${ms(eachMs)}`
}
