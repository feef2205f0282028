import type { StageTimes } from '../facts/stage-times.js'
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
export function loopBoundMs({ stages, starts, stage, ms }: StageTimes): Float64Array {
  const bound = Uint8Array.from(stages, (name) => (ELSEWHERE.has(name) ? 0 : 1))
  const column = new Float64Array(starts.length - 1)
  for (let i = 0; i < column.length; i++) {
    for (let e = starts[i]!; e < starts[i + 1]!; e++) if (bound[stage[e]!]) column[i]! += ms[e]!
  }
  return column
}
