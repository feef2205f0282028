import type { Facts } from '../facts/fact.js'
import type { LoopTimeline } from '../facts/loop-timelines.js'
import { OFF_LOOP_STAGES } from '../facts/stage-sweep.js'
import type { RequestFrame } from '../model/charts.js'
import { LOOP_WAIT_STAGE, UNATTRIBUTED_STAGE } from '../model/recording.js'
import { awaitedIn, VISIBLE_SHARE } from './awaited-frames.js'
import type { RequestWindow } from './request-frames.js'

/**
 * What no stage of the request covers, as frames of their own: what it did or awaited there, and then its wait for a loop that worked
 * for others. Only gaps right below the outermost container are named; deeper ones belong to the stage around them.
 */
export function gapFrames(
  facts: Facts,
  frames: readonly RequestFrame[],
  window: RequestWindow,
  loop: LoopTimeline | undefined,
): RequestFrame[] {
  const container = frames.find((frame) => frame.kind === 'container' && frame.depth === 0)
  if (container === undefined || facts.recording.spans.count === 0) return []
  const inside = frames.filter((frame) => frame.depth === 1 && frame.startMs >= container.startMs)
  const estimate = awaitedIn(facts, window, loop)
  const leastMs = window.totalMs * VISIBLE_SHARE
  const gaps: RequestFrame[] = []
  const add = (stage: string, kind: RequestFrame['kind'], startMs: number, endMs: number) =>
    gaps.push({ stage, startMs, endMs, depth: 1, kind, thread: '', bytes: null })
  let coveredMs = container.startMs
  let before = ''
  for (const { stage, startMs, endMs } of [...inside, { ...container, startMs: container.endMs }]) {
    const gapMs = startMs - coveredMs
    if (gapMs > leastMs) {
      const ownMs = estimate(before, UNATTRIBUTED_STAGE, coveredMs, startMs)
      // A part that could not be seen goes to the other one.
      const workMs = ownMs <= leastMs ? 0 : gapMs - ownMs <= leastMs ? gapMs : ownMs
      // What comes back from elsewhere waits for the loop at once; else it waits once what it awaited is over.
      const waitsFirst = OFF_LOOP_STAGES.has(before)
      const workFromMs = waitsFirst ? startMs - workMs : coveredMs
      const waitFromMs = waitsFirst ? coveredMs : coveredMs + workMs
      if (workMs > 0) add(UNATTRIBUTED_STAGE, 'work', workFromMs, workFromMs + workMs)
      if (workMs < gapMs) add(LOOP_WAIT_STAGE, 'wait', waitFromMs, waitFromMs + gapMs - workMs)
    }
    if (endMs < coveredMs) continue
    coveredMs = endMs
    before = stage
  }
  return gaps
}
