import { STREAM_STAGE } from '../model/recording.js'
import { gather, tabulate } from '../stats/gather.js'
import { type Fact, type Facts, known } from './fact.js'
import { requestSpans } from './request-spans.js'
import { type Traffic, traffic } from './traffic.js'

/** When answers began and how long they then went on, by place in `traffic.rows`, ms; NaN = no answer. */
export type Streaming = {
  /** From the beginning of the request to the first byte of its answer's body. */
  readonly firstByteMs: Float64Array
  /** From there to the last byte, or to when the client gave up. */
  readonly lastedMs: Float64Array
}

export const streaming: Fact<'streaming', Streaming> = {
  id: 'streaming',
  derive(facts) {
    const measured = facts.get(traffic)
    if (!measured.known) return measured
    const { rows, startMs, latencyMs, seenFrom } = measured.value
    const begunMs =
      seenFrom === 'client' ? gather(facts.recording.requests.firstByteMs, rows) : writesMs(facts, measured.value)
    const firstByteMs = tabulate(rows.length, (i) => begunMs[i]! - startMs[i]!)
    return known({ firstByteMs, lastedMs: tabulate(rows.length, (i) => latencyMs[i]! - firstByteMs[i]!) })
  },
}

/** Where no client looked: the first write of an answer in parts, and the end of any other. */
function writesMs(facts: Facts, { rows, startMs, latencyMs }: Traffic): Float64Array {
  const begunMs = tabulate(rows.length, (i) => startMs[i]! + latencyMs[i]!)
  const groups = facts.find(requestSpans)
  const stream = facts.recording.stages.indexOf(STREAM_STAGE)
  if (groups === null || stream < 0) return begunMs
  const { spans } = facts.recording
  for (let i = 0; i < rows.length; i++) {
    for (let k = groups.starts[rows[i]!]!; k < groups.starts[rows[i]! + 1]!; k++) {
      const span = groups.rows[k]!
      if (spans.stage[span] === stream) begunMs[i] = Math.min(begunMs[i]!, spans.startMs[span]!)
    }
  }
  return begunMs
}
