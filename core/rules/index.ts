import { blockingModelCall } from './blocking-model-call.js'
import { gcPressure } from './gc-pressure.js'
import { jsonParsing } from './json-parsing.js'
import { longBatchWait } from './long-batch-wait.js'
import { poorBatchFullness } from './poor-batch-fullness.js'
import type { Rule } from './rule.js'
import { saturatedEventLoop } from './saturated-event-loop.js'
import { saturatedQueue } from './saturated-queue.js'
import { serialization } from './serialization.js'
import { slowModel } from './slow-model.js'
import { slowPostprocess } from './slow-postprocess.js'
import { slowPreprocess } from './slow-preprocess.js'
import { starvedDevice } from './starved-device.js'
import { unattributedTime } from './unattributed-time.js'

export const rules: readonly Rule[] = [
  jsonParsing,
  serialization,
  slowPreprocess,
  slowPostprocess,
  blockingModelCall,
  gcPressure,
  poorBatchFullness,
  longBatchWait,
  saturatedEventLoop,
  saturatedQueue,
  starvedDevice,
  slowModel,
  unattributedTime,
]
