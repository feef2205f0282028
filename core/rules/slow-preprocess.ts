import { eventLoop } from '../facts/event-loop.js'
import { stageTimes } from '../facts/stage-times.js'
import { target } from '../facts/target.js'
import { traffic } from '../facts/traffic.js'
import type { LoopWork } from './loop-work.js'
import { defineRule, fix } from './rule.js'
import { judgeSlowStage } from './stage-work.js'

const PREPROCESSING: LoopWork = {
  stage: 'preprocess',
  noun: 'preprocessing',
  subject: 'Preprocessing',
  clause: 'preprocessing',
  effect: "queue behind each other's inputs",
  absent: 'no request was preprocessed synchronously on the event loop',
  fixes: [
    fix('Move it to worker threads', 'workers.preprocess=2'),
    fix('Use a native or vectorized implementation, and do only what the model needs', 'stage.preprocess=0.5x'),
  ],
}

/** Preprocessing takes the CPU that requests wait for, or most of their time. */
export const slowPreprocess = defineRule({
  id: 'slow-preprocess',
  title: 'Preprocessing holds requests back',
  stage: 'preprocess',
  symptomOf: [],
  needs: [traffic, stageTimes, eventLoop, target],
  judge: (needs, facts) => judgeSlowStage(needs, facts, PREPROCESSING),
})
