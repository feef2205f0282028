import { awaitedTimes } from '../facts/awaited-times.js'
import type { Facts } from '../facts/fact.js'
import { type LoopTimeline, waitForLoop } from '../facts/loop-timelines.js'
import { EACH_ALONE, OFF_LOOP_STAGES } from '../facts/stage-sweep.js'
import { stageTimes } from '../facts/stage-times.js'
import type { RequestFrame } from '../model/charts.js'
import { CONNECT_STAGE, LOOP_WAIT_STAGE } from '../model/recording.js'
import type { RequestWindow } from './request-frames.js'

/** Narrower than this share of the picture it cannot be seen. */
export const VISIBLE_SHARE = 0.003

/** The frames of `awaited` among `frames`, and the way to the service, cut where that was over: from then on the request waited for the loop. */
export function cutAwaited(
  facts: Facts,
  frames: readonly RequestFrame[],
  awaited: ReadonlySet<RequestFrame>,
  window: RequestWindow,
  loop: LoopTimeline | undefined,
): RequestFrame[] {
  const estimate = awaitedIn(facts, window, loop)
  return frames.flatMap((frame) => {
    const loops = awaited.has(frame) && !OFF_LOOP_STAGES.has(frame.stage) && frame.stage !== 'network-in'
    if (!loops && frame.stage !== CONNECT_STAGE) return [frame]
    const overMs = frame.startMs + estimate(stageBefore(frames, frame), frame.stage, frame.startMs, frame.endMs)
    if (frame.endMs - overMs <= VISIBLE_SHARE * window.totalMs) return [frame]
    const wait: RequestFrame = {
      ...frame,
      stage: LOOP_WAIT_STAGE,
      startMs: overMs,
      kind: 'wait',
      thread: '',
      bytes: null,
    }
    return [{ ...frame, endMs: overMs }, wait]
  })
}

/** How long what a request awaited from `fromMs` to `toMs` of the picture took, by the stage that it had been in before and the one that it is in. */
export function awaitedIn(facts: Facts, { row, originMs }: RequestWindow, loop: LoopTimeline | undefined) {
  const stages = facts.find(stageTimes)?.stages ?? []
  const { awaitedMs } = facts.find(awaitedTimes) ?? EACH_ALONE
  const idOf = (stage: string) => (stages.includes(stage) ? stages.indexOf(stage) : stages.length)
  return (before: string, stage: string, fromMs: number, toMs: number): number => {
    const ready = OFF_LOOP_STAGES.has(before) || stage === CONNECT_STAGE
    const leastMs = toMs - fromMs - waitForLoop(loop, originMs + fromMs, originMs + toMs, row, ready)
    return ready ? leastMs : awaitedMs(idOf(before), idOf(stage), leastMs, toMs - fromMs)
  }
}

/** The stage that a request was in last before a frame; '' at its beginning. */
function stageBefore(frames: readonly RequestFrame[], { startMs }: RequestFrame): string {
  const earlier = frames.filter((one) => one.kind !== 'container' && one.depth > 0 && one.startMs < startMs)
  const last = earlier.sort((a, b) => Math.min(a.endMs, startMs) - Math.min(b.endMs, startMs) || a.startMs - b.startMs)
  return last.at(-1)?.stage ?? ''
}
