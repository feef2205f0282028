import type { Facts } from '../../facts/fact.js'
import { type LoopTimeline, loopTimelines } from '../../facts/loop-timelines.js'
import { NO_INDEX, NO_ROW } from '../../model/recording.js'

/** The processes that share the requests of a service, each with an event loop of its own. */
export type Processes = {
  /** The event loop of each. */
  readonly loops: readonly LoopTimeline[]
  /** By row of `requests`, and of `batches`: the process that had it. */
  readonly ofRequest: Uint8Array
  readonly ofBatch: Uint8Array
}

/** More would not fit the columns, and nobody runs that many on one host. */
export const MOST_PROCESSES = 255

/** Null where there are none, too many, or several event loops in one process: who shares its workers is then not known. */
export function processesOf(facts: Facts): Processes | null {
  const loops = [...(facts.find(loopTimelines)?.values() ?? [])]
  const { requests, spans, batches, threads } = facts.recording
  const numbers = new Map(loops.map(({ thread }, number) => [threads[thread]?.process ?? NO_INDEX, number]))
  if (loops.length === 0 || loops.length > MOST_PROCESSES || numbers.size < loops.length) return null
  const ofRequest = new Uint8Array(requests.count)
  const ofBatch = new Uint8Array(batches.count)
  if (loops.length === 1) return { loops, ofRequest, ofBatch }
  let next = 0
  for (let row = 0; row < requests.count; row++) {
    // One that no process saw counts for each in turn.
    ofRequest[row] = numbers.get(requests.process[row]!) ?? next++ % loops.length
  }
  for (let i = 0; i < spans.count; i++) {
    const [batch, request] = [spans.batch[i]!, spans.request[i]!]
    if (batch !== NO_ROW && request !== NO_ROW) ofBatch[batch] = ofRequest[request]!
  }
  return { loops, ofRequest, ofBatch }
}

/** The event loop that serves the request of that row. */
export function loopOf({ loops, ofRequest }: Processes, row: number): LoopTimeline {
  return loops[ofRequest[row]!]!
}
