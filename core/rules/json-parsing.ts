import { eventLoop } from '../facts/event-loop.js'
import { stageTimes } from '../facts/stage-times.js'
import { target } from '../facts/target.js'
import { traffic } from '../facts/traffic.js'
import { BINARY_DECODE_SHARE } from '../model/binary-encoding.js'
import { judgeLoopWork, type LoopWork } from './loop-work.js'
import { defineRule, fix } from './rule.js'

const DECODING: LoopWork = {
  stage: 'deserialize',
  noun: 'decoding',
  subject: 'Parsing JSON',
  clause: 'JSON parsing',
  effect: "queue behind each other's bodies",
  absent: 'no request was decoded synchronously on the event loop',
  fixes: [
    fix(
      'Send tensors in a binary encoding (raw float32, Arrow, protobuf) instead of JSON',
      `stage.deserialize=${BINARY_DECODE_SHARE}x`,
    ),
    fix('Parse in worker threads, off the event loop that answers requests', 'workers.deserialize=2'),
  ],
}

/** Decoding request bodies takes the CPU that requests wait for. */
export const jsonParsing = defineRule({
  id: 'json-parsing',
  title: 'JSON parsing takes the CPU that requests wait for',
  stage: 'deserialize',
  symptomOf: [],
  needs: [traffic, stageTimes, eventLoop, target],
  judge: (needs, facts) => judgeLoopWork(needs, facts, DECODING),
})
