import { blockingModelCall } from './blocking-model-call.js'
import { burstyArrivals } from './bursty-arrivals.js'
import { coldStart } from './cold-start.js'
import { cpuThrottling } from './cpu-throttling.js'
import { deviceThrottling } from './device-throttling.js'
import { downstreamWait } from './downstream-wait.js'
import { errorsUnderLoad } from './errors-under-load.js'
import { gcPressure } from './gc-pressure.js'
import { jsonParsing } from './json-parsing.js'
import { limitedConcurrency } from './limited-concurrency.js'
import { longBatchWait } from './long-batch-wait.js'
import { noisyNeighbour } from './noisy-neighbour.js'
import { oversizedBatch } from './oversized-batch.js'
import { oversubscribedThreads } from './oversubscribed-threads.js'
import { poorBatchFullness } from './poor-batch-fullness.js'
import type { Rule } from './rule.js'
import { saturatedDevice } from './saturated-device.js'
import { saturatedEventLoop } from './saturated-event-loop.js'
import { saturatedQueue } from './saturated-queue.js'
import { serialization } from './serialization.js'
import { slowModel } from './slow-model.js'
import { slowNetwork } from './slow-network.js'
import { slowPostprocess } from './slow-postprocess.js'
import { slowPreprocess } from './slow-preprocess.js'
import { slowStage } from './slow-stage.js'
import { slowStream } from './slow-stream.js'
import { starvedDevice } from './starved-device.js'
import { storageReads } from './storage-reads.js'
import { unattributedTime } from './unattributed-time.js'
import { unevenProcesses } from './uneven-processes.js'
import { untimedCode } from './untimed-code.js'

export const rules: readonly Rule[] = [
  jsonParsing,
  serialization,
  slowPreprocess,
  slowPostprocess,
  slowStage,
  untimedCode,
  blockingModelCall,
  gcPressure,
  cpuThrottling,
  oversubscribedThreads,
  noisyNeighbour,
  poorBatchFullness,
  longBatchWait,
  oversizedBatch,
  saturatedEventLoop,
  unevenProcesses,
  limitedConcurrency,
  saturatedQueue,
  saturatedDevice,
  starvedDevice,
  slowModel,
  deviceThrottling,
  burstyArrivals,
  coldStart,
  errorsUnderLoad,
  storageReads,
  slowNetwork,
  slowStream,
  downstreamWait,
  unattributedTime,
]
