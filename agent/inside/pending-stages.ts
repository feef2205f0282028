import { SPAN_ERROR } from '../../core/model/journal-layout.js'
import { loopIdleMs, nowMs } from './clock.js'
import type { Recorder } from './recorder.js'
import type { PendingStage, RequestContext } from './request-context.js'

/** `startIdleMs` is read now: between the start and this call only synchronous code ran. */
export function beginStage(
  stage: string,
  context: RequestContext | undefined,
  startMs: number,
  bytes: number,
): PendingStage {
  const pending = { stage, context, startMs, startIdleMs: loopIdleMs(), bytes, over: false }
  if (context !== undefined && context.request !== 0) {
    context.pending ??= []
    context.pending.push(pending)
  }
  return pending
}

export function endStage(recorder: Recorder, pending: PendingStage, flags: number): void {
  if (pending.over) return
  pending.over = true
  const { stage, context, startMs, startIdleMs, bytes } = pending
  if (context?.pending !== undefined) remove(context.pending, pending)
  recorder.asyncSpan(stage, context, flags, startMs, nowMs(), bytes, startIdleMs)
}

/** The client is gone: what its request still waits for ends as an error now, or it would never be seen. */
export function giveUpStages(recorder: Recorder, { pending }: RequestContext): void {
  // From the innermost, and each takes itself off the list.
  while (pending !== undefined && pending.length > 0) endStage(recorder, pending.at(-1)!, SPAN_ERROR)
}

function remove(list: PendingStage[], pending: PendingStage): void {
  const at = list.lastIndexOf(pending)
  list[at] = list.at(-1)!
  list.pop()
}
