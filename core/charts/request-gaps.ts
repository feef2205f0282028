import { awaitedTimes } from '../facts/awaited-times.js'
import type { Facts } from '../facts/fact.js'
import { type LoopTimeline, waitForLoop } from '../facts/loop-timelines.js'
import { EACH_ALONE, OFF_LOOP_STAGES } from '../facts/stage-sweep.js'
import { stageTimes } from '../facts/stage-times.js'
import type { RequestFrame } from '../model/charts.js'
import { LOOP_WAIT_STAGE, UNATTRIBUTED_STAGE } from '../model/recording.js'
import type { RequestWindow } from './request-frames.js'

/** Gaps narrower than this share of the picture cannot be seen. */
const VISIBLE_SHARE = 0.003

/**
 * What no stage of the request covers, as frames of their own: mostly waiting for a loop that worked for others, or
 * unattributed. Only gaps right below the outermost container are named; deeper ones belong to the stage around them.
 */
export function gapFrames(
  facts: Facts,
  frames: readonly RequestFrame[],
  { row, originMs, totalMs }: RequestWindow,
  loop: LoopTimeline | undefined,
): RequestFrame[] {
  const container = frames.find((frame) => frame.kind === 'container' && frame.depth === 0)
  if (container === undefined || facts.recording.spans.count === 0) return []
  const inside = frames.filter((frame) => frame.depth === 1 && frame.startMs >= container.startMs)
  const stages = facts.find(stageTimes)?.stages ?? []
  const idOf = (stage: string) => (stages.includes(stage) ? stages.indexOf(stage) : stages.length)
  const waits = facts.find(awaitedTimes) ?? EACH_ALONE
  const gaps: RequestFrame[] = []
  let coveredMs = container.startMs
  let before = ''
  for (const { stage, startMs, endMs } of [...inside, { ...container, startMs: container.endMs }]) {
    const gapMs = startMs - coveredMs
    if (gapMs > totalMs * VISIBLE_SHARE) {
      const ready = OFF_LOOP_STAGES.has(before)
      const leastMs = gapMs - waitForLoop(loop, originMs + coveredMs, originMs + startMs, row, ready)
      const ownMs = ready ? leastMs : waits.awaitedMs(idOf(before), idOf(UNATTRIBUTED_STAGE), leastMs, gapMs)
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
