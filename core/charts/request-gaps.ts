import type { Facts } from '../facts/fact.js'
import type { LoopTimeline } from '../facts/loop-timelines.js'
import type { RequestFrame } from '../model/charts.js'
import { LOOP_WAIT_STAGE, UNATTRIBUTED_STAGE } from '../model/recording.js'
import { awaitedIn, VISIBLE_SHARE } from './awaited-frames.js'
import type { RequestWindow } from './request-frames.js'

/**
 * What no stage of the request covers, as frames of their own: mostly waiting for a loop that worked for others, or
 * unattributed. Only gaps right below the outermost container are named; deeper ones belong to the stage around them.
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
  const gaps: RequestFrame[] = []
  let coveredMs = container.startMs
  let before = ''
  for (const { stage, startMs, endMs } of [...inside, { ...container, startMs: container.endMs }]) {
    const gapMs = startMs - coveredMs
    if (gapMs > window.totalMs * VISIBLE_SHARE) {
      const ownMs = estimate(before, UNATTRIBUTED_STAGE, coveredMs, startMs)
      const waiting = ownMs < gapMs / 2
      gaps.push({
        stage: waiting ? LOOP_WAIT_STAGE : UNATTRIBUTED_STAGE,
        startMs: coveredMs,
        endMs: startMs,
        depth: 1,
        kind: waiting ? 'wait' : 'work',
        thread: '',
        bytes: null,
      })
    }
    if (endMs < coveredMs) continue
    coveredMs = endMs
    before = stage
  }
  return gaps
}
