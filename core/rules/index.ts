import { blockingModelCall } from './blocking-model-call.js'
import { burstyArrivals } from './bursty-arrivals.js'
import { errorsUnderLoad } from './errors-under-load.js'
import { gcPressure } from './gc-pressure.js'
import { jsonParsing } from './json-parsing.js'
import { longBatchWait } from './long-batch-wait.js'
import { oversizedBatch } from './oversized-batch.js'
import { poorBatchFullness } from './poor-batch-fullness.js'
import type { Rule } from './rule.js'
import { saturatedDevice } from './saturated-device.js'
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
  oversizedBatch,
  saturatedEventLoop,
  saturatedQueue,
  saturatedDevice,
  starvedDevice,
  slowModel,
  burstyArrivals,
  errorsUnderLoad,
  unattributedTime,
]
