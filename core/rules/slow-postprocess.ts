import { eventLoop } from '../facts/event-loop.js'
import { stageTimes } from '../facts/stage-times.js'
import { target } from '../facts/target.js'
import { traffic } from '../facts/traffic.js'
import type { LoopWork } from './loop-work.js'
import { defineRule, fix } from './rule.js'
import { judgeSlowStage } from './stage-work.js'

const POSTPROCESSING: LoopWork = {
  stage: 'postprocess',
  noun: 'postprocessing',
  subject: 'Postprocessing',
  clause: 'postprocessing',
  effect: "queue behind each other's results",
  absent: 'no request was postprocessed synchronously on the event loop',
  fixes: [
    fix('Move it to worker threads', 'workers.postprocess=2'),
    fix('Compute only what is asked for (top k, thresholds) on typed arrays', 'stage.postprocess=0.5x'),
  ],
}

/** Postprocessing takes the CPU that requests wait for, or most of their time. */
export const slowPostprocess = defineRule({
  id: 'slow-postprocess',
  title: 'Postprocessing holds requests back',
  stage: 'postprocess',
  symptomOf: [],
  needs: [traffic, stageTimes, eventLoop, target],
  judge: (needs, facts) => judgeSlowStage(needs, facts, POSTPROCESSING),
})
