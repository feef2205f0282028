import type { Facts } from '../facts/fact.js'
import { type LoopTimeline, loopTimelines, markAt } from '../facts/loop-timelines.js'
import { requestSpans } from '../facts/request-spans.js'
import type { RequestFlame } from '../model/charts.js'
import { SPAN_SYNC } from '../model/recording.js'
import type { RequestWindow } from './request-frames.js'

type Slice = RequestFlame['loop'][number]

/** Slices and gaps narrower than this share of the picture cannot be seen: they are drawn with their neighbour. */
const VISIBLE_SHARE = 0.0015

/** What the request's event loop was busy with while the request was under way; gaps are idle. */
export function loopSlices(facts: Facts, timeline: LoopTimeline, window: RequestWindow): Slice[] {
  const slices: Slice[] = []
  const toMs = window.originMs + window.totalMs
  const stageAt = syncStages(facts, timeline.thread, window.originMs, toMs)
  for (let k = Math.max(0, markAt(timeline, window.originMs)); k + 1 < timeline.tMs.length; k++) {
    const startMs = timeline.tMs[k]!
    if (startMs >= toMs) break
    // Where within the stretch the loop was busy is not known; drawn from its start, the sum is right.
    const busyMs = timeline.busyMs[k + 1]! - timeline.busyMs[k]!
    const fromMs = Math.max(window.originMs, startMs)
    const endMs = Math.min(toMs, startMs + busyMs)
    if (endMs <= fromMs) continue
    const stage = stageAt((fromMs + endMs) / 2)
    const slice: Slice = {
      fromMs: fromMs - window.originMs,
      toMs: endMs - window.originMs,
      owner: ownerOf(timeline, k, window.row),
      label: stage ?? 'work between stages',
      stage,
    }
    append(slices, slice, window.totalMs * VISIBLE_SHARE)
  }
  return slices
}

/** Work between two edges of one request is its own; between edges of this request and another, nobody can tell. */
function ownerOf({ owner }: LoopTimeline, k: number, row: number): Slice['owner'] {
  if (owner[k] === row && owner[k + 1] === row) return 'self'
  return owner[k] === row || owner[k + 1] === row ? 'unknown' : 'other'
}

function append(slices: Slice[], slice: Slice, visibleMs: number): void {
  const last = slices[slices.length - 1]
  const near = last !== undefined && slice.fromMs - last.toMs <= visibleMs
  const alike = near && last.owner === slice.owner && last.stage === slice.stage
  if (near && (alike || slice.toMs - slice.fromMs < visibleMs))
    slices[slices.length - 1] = { ...last, toMs: slice.toMs }
  else slices.push(slice)
}

/** The loop that the request's handler ran on. */
export function loopOf(facts: Facts, row: number): LoopTimeline | undefined {
  const timelines = facts.find(loopTimelines)
  const groups = facts.find(requestSpans)
  if (timelines === null || groups === null) return undefined
  for (let i = groups.starts[row]!; i < groups.starts[row + 1]!; i++) {
    const timeline = timelines.get(facts.recording.spans.thread[groups.rows[i]!]!)
    if (timeline !== undefined) return timeline
  }
  return undefined
}

/** Name of the synchronous stage that ran on a thread at a time; null between stages. */
function syncStages({ recording }: Facts, thread: number, fromMs: number, toMs: number) {
  const { spans, stages } = recording
  const rows: number[] = []
  for (let i = 0; i < spans.count; i++) {
    if (spans.thread[i] !== thread || (spans.flags[i]! & SPAN_SYNC) === 0) continue
    if (spans.endMs[i]! > fromMs && spans.startMs[i]! < toMs) rows.push(i)
  }
  return (timeMs: number): string | null => {
    const row = rows.find((i) => spans.startMs[i]! <= timeMs && spans.endMs[i]! > timeMs)
    return row === undefined ? null : stages[spans.stage[row]!]!
  }
}
