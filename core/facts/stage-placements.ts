import { HANDLER_STAGE, NO_INDEX, SPAN_SYNC } from '../model/recording.js'
import { type Fact, known } from './fact.js'
import { busyForOthers, busyUpTo, type LoopTimeline, loopTimelines } from './loop-timelines.js'
import { requestSpans } from './request-spans.js'
import { traffic } from './traffic.js'

/** Where the spans of a stage ran, of the timed requests. */
export type StagePlacement = {
  readonly spans: number
  /** Mean time from the beginning of a request at the server. */
  readonly offsetMs: number
  readonly onLoop: number
  readonly synchronous: number
  /** Of its asynchronous spans on a loop's thread: time that the loop did not work for others, and the busy part of it. */
  readonly exclusiveMs: number
  readonly blockingMs: number
  /** Threads beside the loops. */
  readonly workers: ReadonlySet<number>
}

/** What others decide: it runs nowhere. */
const NOT_PLACED: ReadonlySet<string> = new Set([HANDLER_STAGE, 'queue', 'network-out'])

/** By name of the stage; without the handler around them, the queue and the way out. */
export const stagePlacements: Fact<'stagePlacements', ReadonlyMap<string, StagePlacement>> = {
  id: 'stagePlacements',
  derive(facts) {
    const measured = facts.get(traffic)
    if (!measured.known) return measured
    const loops = facts.get(loopTimelines)
    if (!loops.known) return loops
    const grouped = facts.get(requestSpans)
    if (!grouped.known) return grouped
    const { spans, stages, requests } = facts.recording
    const seen = stages.map(() => ({
      spans: 0,
      offsetMs: 0,
      onLoop: 0,
      synchronous: 0,
      exclusiveMs: 0,
      blockingMs: 0,
      workers: new Set<number>(),
    }))
    const notPlaced = stages.map((stage) => NOT_PLACED.has(stage))
    const loopOf: (LoopTimeline | undefined)[] = []
    for (const [thread, loop] of loops.value) loopOf[thread] = loop
    for (const row of measured.value.rows) {
      for (let k = grouped.value.starts[row]!; k < grouped.value.starts[row + 1]!; k++) {
        const span = grouped.value.rows[k]!
        if (notPlaced[spans.stage[span]!]) continue
        const one = seen[spans.stage[span]!]!
        const thread = spans.thread[span]!
        const loop = loopOf[thread]
        const startMs = spans.startMs[span]!
        const endMs = spans.endMs[span]!
        one.spans++
        one.offsetMs += startMs - requests.serverStartMs[row]!
        if (loop !== undefined || thread === NO_INDEX) one.onLoop++
        else one.workers.add(thread)
        if ((spans.flags[span]! & SPAN_SYNC) !== 0) one.synchronous++
        else if (loop !== undefined) {
          const othersMs = busyForOthers(loop, startMs, endMs, row)
          one.exclusiveMs += endMs - startMs - othersMs
          one.blockingMs += busyUpTo(loop, endMs) - busyUpTo(loop, startMs) - othersMs
        }
      }
    }
    const placed = seen.flatMap((one, id) =>
      one.spans === 0 ? [] : [[stages[id]!, { ...one, offsetMs: one.offsetMs / one.spans }] as const],
    )
    return known(new Map(placed))
  },
}

export function isInWorkers({ onLoop, spans }: StagePlacement): boolean {
  return onLoop < spans / 2
}

export function isSynchronous({ synchronous, spans }: StagePlacement): boolean {
  return synchronous >= spans / 2
}

/** A call that returns a promise may still block (onnxruntime-node's run does): the loop is then busy for nobody else. */
export function blocks({ exclusiveMs, blockingMs }: StagePlacement): boolean {
  return exclusiveMs > 0 && blockingMs > exclusiveMs / 2
}
