import type { Recording } from '../../model/recording.js'
import type { RecordingMeta } from '../../model/recording-meta.js'
import { seededRandom } from '../../stats/random.js'
import { poissonArrivals } from '../poisson.js'
import { recordRun } from '../recording/index.js'
import { simulate } from '../simulate.js'
import { type BatchOption, type BatchQuestion, batcherOf } from './batch.js'
import { WARM_UP_REQUESTS } from './limits.js'

/** Fewer than a plan simulates: enough for a p99. */
const REQUESTS = WARM_UP_REQUESTS + 20_000

/** A simulated recording of one setting of the plan, by the same arrivals. */
export function recordBatchOption(
  question: BatchQuestion,
  option: BatchOption,
  tool: RecordingMeta['tool'],
  startedAt: string,
): Recording {
  const { rate, seed, slaP95Ms } = question
  const arrivalMs = poissonArrivals(seededRandom(seed), REQUESTS, rate)
  const network = batcherOf(question, option.maxBatch, option.maxWaitMs)
  const run = simulate(network, { arrivalMs, demandMs: new Float64Array(REQUESTS) }, { trace: true })
  return recordRun(network, run, {
    name: 'plan batch',
    stages: [[]],
    loop: null,
    load: { loop: 'open', rate, seed },
    warmUpMs: arrivalMs[WARM_UP_REQUESTS]!,
    slaP95Ms,
    tool,
    startedAt,
  })
}
