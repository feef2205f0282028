import { jsonParsing } from './json-parsing.js'
import { longBatchWait } from './long-batch-wait.js'
import { poorBatchFullness } from './poor-batch-fullness.js'
import type { Rule } from './rule.js'
import { saturatedEventLoop } from './saturated-event-loop.js'
import { saturatedQueue } from './saturated-queue.js'
import { slowModel } from './slow-model.js'
import { starvedDevice } from './starved-device.js'

export const rules: readonly Rule[] = [
  jsonParsing,
  poorBatchFullness,
  longBatchWait,
  saturatedEventLoop,
  saturatedQueue,
  starvedDevice,
  slowModel,
]
