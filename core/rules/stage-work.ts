import { loopShare } from '../facts/event-loop.js'
import type { Facts } from '../facts/fact.js'
import { queueing } from '../facts/queueing.js'
import { stageSummaries } from '../facts/stage-summaries.js'
import { stageColumn } from '../facts/stage-times.js'
import { tailShare, tails } from '../facts/tails.js'
import { mean } from '../stats/mean.js'
import { judgeLoopWork, type LoopFacts, type LoopWork } from './loop-work.js'
import { removalCostMs, waitFactor } from './removal.js'
import { clear, fired, fix, type Judgement } from './rule.js'
import { tooFewForP95 } from './sample-size.js'
import { ms, percent } from './wording.js'

// "Dominates": more than everything else together.
const MIN_SHARE = 0.5
// A stage that is on a CPU for less than half of its time mostly waits for something.
const MIN_CPU_SHARE = 0.5
// What a better algorithm or a native implementation typically gives; the cost is p95 less the p95 with it.
const SPEED_UP = 2
// A smaller share of p95 leaves more to gain elsewhere.
const MIN_COST_SHARE = 0.2

/** Whether a stage's computing holds p95 back: on the event loop, where all wait for it, or in worker threads. */
export function judgeSlowStage(needs: LoopFacts, facts: Facts, work: LoopWork): Judgement {
  const { stage } = work
  if (loopShare(needs.eventLoop, stage) > 0) return judgeLoopWork(needs, facts, work)
  const { latencyMs, p95Ms } = needs.traffic
  const few = tooFewForP95(latencyMs.length)
  if (few !== null) return few
  const summary = facts.find(stageSummaries)?.find(({ id }) => id === stage)
  if (summary === undefined) return { verdict: 'not-measured', reason: `no stage named ${stage} was recorded` }
  if (summary.cpuMs === null) {
    return { verdict: 'not-measured', reason: `how long ${stage} was on a CPU was not measured` }
  }
  if (summary.cpuMs < MIN_CPU_SHARE * summary.meanMs) {
    return clear(`${stage} waits: only ${ms(summary.cpuMs)} of its ${ms(summary.meanMs)} are on a CPU`)
  }
  const near = facts.get(tails)
  if (!near.known) return near
  const share = tailShare(near.value, needs.stageTimes, stage, 0.5)
  if (share < MIN_SHARE) return clear(`${stage} takes ${percent(share)} of a typical request`)
  const ownMs = stageColumn(needs.stageTimes, stage)
  const pool = facts.find(queueing)?.stations.find((one) => one.kind === 'workers' && one.stage === stage)
  const less = pool === undefined ? 0 : 1 - waitFactor(pool.busyFraction, pool.busyFraction / SPEED_UP)
  const addedMs = ownMs.map((own, i) => own * (1 - 1 / SPEED_UP) + less * (pool?.waitMs[i] ?? 0))
  const costMs = removalCostMs(needs.traffic, addedMs)
  if (costMs < MIN_COST_SHARE * p95Ms) {
    return clear(`${stage} ${SPEED_UP} times as fast would take only ${ms(costMs)} off p95`)
  }
  return fired({
    // Without a missed target nothing says that the stage is too slow.
    confidence: needs.target.state === 'missed' ? 'high' : 'low',
    harm: 'latency',
    summary: `${work.subject} takes ${ms(mean(ownMs))} of CPU a request in worker threads, ${percent(share)} of a typical one.`,
    costSentence: (cost) => `${SPEED_UP} times as fast it would save about ${cost}.`,
    clause: `${work.clause} takes ${percent(share)} of a typical request, ${ms(mean(ownMs))} each`,
    removal: {
      addedMs,
      change: `stage.${stage}=${1 / SPEED_UP}x`,
      method: `removal: half of each request's ${stage} time, and the share of its wait for the workers that a stage ${SPEED_UP} times as fast would not cause (Pollaczek-Khinchine)`,
    },
    evidence: [
      {
        kind: 'metric',
        label: `share of a typical request in ${stage}`,
        value: share,
        unit: 'fraction',
        limit: { value: MIN_SHARE, reason: 'more than everything else together' },
      },
      { kind: 'metric', label: `${stage}, mean per request`, value: mean(ownMs), unit: 'ms' },
      { kind: 'metric', label: 'of it on a CPU', value: summary.cpuMs, unit: 'ms' },
    ],
    fixes: [
      fix('Use a native or vectorized implementation, and do only what is needed', `stage.${stage}=0.5x`),
      fix('Keep the results of repeated inputs (cache)', null),
    ],
  })
}
