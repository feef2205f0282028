import { type StageTimes, timeInStages } from '../facts/stage-times.js'
import { CONNECT_STAGE, STREAM_STAGE, UNATTRIBUTED_STAGE } from '../model/recording.js'

/** Stages in which a request waits for something else than CPU of the service. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  CONNECT_STAGE,
  UNATTRIBUTED_STAGE,
  STREAM_STAGE,
  'network-in',
  'network-out',
  'queue',
  'model',
  'downstream',
])

/** By request of `traffic.rows`: the time in stages that need the service's CPU, the wait for the event loop included. */
export function loopBoundMs(times: StageTimes): Float64Array {
  return timeInStages(times, (stage) => !ELSEWHERE.has(stage))
}
