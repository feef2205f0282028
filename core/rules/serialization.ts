import { eventLoop } from '../facts/event-loop.js'
import { stageTimes } from '../facts/stage-times.js'
import { target } from '../facts/target.js'
import { traffic } from '../facts/traffic.js'
import { judgeLoopWork, type LoopWork } from './loop-work.js'
import { defineRule, fix } from './rule.js'

const ENCODING: LoopWork = {
  stage: 'serialize',
  noun: 'encoding',
  subject: 'Encoding the response',
  clause: 'encoding responses',
  effect: "queue behind each other's answers",
  absent: 'no response was encoded synchronously on the event loop',
  fixes: [
    fix('Answer with less: the scores that are asked for, rounded, or a binary encoding', 'stage.serialize=0.1x'),
    fix('Encode in worker threads, off the event loop that answers requests', 'workers.serialize=2'),
  ],
}

/** Encoding responses takes the CPU that requests wait for. */
export const serialization = defineRule({
  id: 'serialization',
  title: 'Encoding responses takes the CPU that requests wait for',
  stage: 'serialize',
  symptomOf: [],
  needs: [traffic, stageTimes, eventLoop, target],
  judge: (needs, facts) => judgeLoopWork(needs, facts, ENCODING),
})
