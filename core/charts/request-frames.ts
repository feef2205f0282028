import type { Facts } from '../facts/fact.js'
import { loopTimelines } from '../facts/loop-timelines.js'
import { requestSpans } from '../facts/request-spans.js'
import type { RequestFrame } from '../model/charts.js'
import { CONNECT_STAGE, NO_INDEX, SPAN_CONTAINER, SPAN_SYNC } from '../model/recording.js'

/** One request and the time that its picture covers. */
export type RequestWindow = {
  readonly row: number
  /** Recording time of the picture's left edge. */
  readonly originMs: number
  readonly totalMs: number
  /** Client and server times are on one clock. */
  readonly shared: boolean
}

const MAX_FRAMES = 200
// Waiting, in the words of DESIGN: the queue for a batch slot or a worker.
const WAITING = new Set(['queue'])

type RequestFrames = {
  readonly frames: readonly RequestFrame[]
  /** Those of asynchronous stages with nothing within: what is awaited, and then taken up by the loop. */
  readonly awaited: ReadonlySet<RequestFrame>
}

/** The request's spans nested by time and cut where the client's latency ends, between the way in and the way out that only the client saw. */
export function requestFrames(facts: Facts, { row, originMs, totalMs, shared }: RequestWindow): RequestFrames {
  const { spans, stages, threads, requests } = facts.recording
  const groups = facts.find(requestSpans)
  const awaited = new Set<RequestFrame>()
  if (groups === null) return { frames: [], awaited }
  const loops = facts.find(loopTimelines) ?? new Map()
  const own = [...groups.rows.subarray(groups.starts[row]!, groups.starts[row + 1]!)]
  const isContainer = (i: number) => spans.flags[i]! & SPAN_CONTAINER
  own.sort(
    (a, b) =>
      spans.startMs[a]! - spans.startMs[b]! || isContainer(b) - isContainer(a) || spans.endMs[b]! - spans.endMs[a]!,
  )
  const frames: RequestFrame[] = []
  const outer = { depth: 0, thread: '', bytes: null }
  const seenMs = requests.serverStartMs[row]! - originMs
  if (shared && seenMs > 0) {
    frames.push({ ...outer, stage: CONNECT_STAGE, startMs: 0, endMs: Math.min(seenMs, totalMs), kind: 'wait' })
  }
  const open: { readonly span: number; readonly frame: RequestFrame }[] = []
  for (const i of own.slice(0, MAX_FRAMES)) {
    while (open.length > 0 && spans.endMs[open[open.length - 1]!.span]! <= spans.startMs[i]!) open.pop()
    const stage = stages[spans.stage[i]!]!
    const startMs = spans.startMs[i]! - originMs
    // A client that gave up did not see what the service did for it later.
    if (startMs >= totalMs) continue
    const within = open[open.length - 1]
    // A probe inside a stage of the same name (JSON.parse in `deserialize`) would only repeat it.
    if (within !== undefined && spans.stage[within.span] === spans.stage[i]) continue
    if (within !== undefined) awaited.delete(within.frame)
    const thread = threads[spans.thread[i]!]
    const frame: RequestFrame = {
      stage,
      startMs,
      endMs: Math.min(totalMs, spans.endMs[i]! - originMs),
      depth: open.length,
      kind: isContainer(i) ? 'container' : WAITING.has(stage) ? 'wait' : 'work',
      thread: spans.thread[i] === NO_INDEX || thread === undefined ? 'unknown thread' : thread.name,
      bytes: Number.isNaN(spans.bytes[i]!) ? null : spans.bytes[i]!,
    }
    frames.push(frame)
    open.push({ span: i, frame })
    if (!(spans.flags[i]! & (SPAN_SYNC | SPAN_CONTAINER)) && loops.has(spans.thread[i]!)) awaited.add(frame)
  }
  const leftMs = requests.serverEndMs[row]! - originMs
  if (shared && leftMs < totalMs) {
    frames.push({ ...outer, stage: 'network-out', startMs: leftMs, endMs: totalMs, kind: 'wait' })
  }
  return { frames, awaited }
}
