import { eventLoop } from '../facts/event-loop.js'
import { isInWorkers, isSynchronous, stagePlacements } from '../facts/stage-placements.js'
import { stageSummaries } from '../facts/stage-summaries.js'
import { stageTimes } from '../facts/stage-times.js'
import { target } from '../facts/target.js'
import { traffic } from '../facts/traffic.js'
import type { LoopWork } from './loop-work.js'
import { ownStages } from './own-stages.js'
import { removalCostMs } from './removal.js'
import { clear, defineRule, fix } from './rule.js'
import { judgeSlowStage } from './stage-work.js'

/** A stage that the service named itself takes the CPU that requests wait for, or most of their time. */
export const slowStage = defineRule({
  id: 'slow-stage',
  title: "A stage of the service's own holds requests back",
  stage: null,
  symptomOf: [],
  needs: [traffic, stageTimes, stageSummaries, stagePlacements, eventLoop, target],
  judge(needs, facts) {
    const computing = ownStages(needs, (one) => isSynchronous(one) || isInWorkers(one))
    const judged = computing.map((stage) => {
      const judgement = judgeSlowStage(needs, facts, workOf(stage))
      if (judgement.verdict !== 'fired') return { judgement, costMs: -1 }
      return { judgement: { ...judgement, stage }, costMs: removalCostMs(needs.traffic, judgement.removal.addedMs) }
    })
    const [worst] = judged.sort((a, b) => b.costMs - a.costMs)
    return worst?.judgement ?? clear('the service has no stage of its own that computes')
  },
})

function workOf(stage: string): LoopWork {
  return {
    stage,
    noun: stage,
    subject: `Stage ${stage}`,
    clause: `stage ${stage}`,
    effect: 'queue behind each other there',
    absent: `no request passed ${stage} synchronously on the event loop`,
    fixes: [
      fix('Move it to worker threads', `workers.${stage}=2`),
      fix('Use a native or vectorized implementation, and do only what is needed', `stage.${stage}=0.5x`),
    ],
  }
}
