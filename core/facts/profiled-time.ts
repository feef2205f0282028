import { loopInstanceOf, type Recording } from '../model/recording.js'
import { sinceMs } from '../stats/time-weighted-mean.js'

/**
 * Stretches of time, apart and in order, in which the CPU of a thread was profiled. What an event loop waits then counts
 * as work: every sample interrupts the wait, and libuv starts to count it anew (docs/decisions/0008).
 */
export type ProfiledTime = readonly { readonly startMs: number; readonly endMs: number }[]

/** Of time outside of a profile: less says too little of a loop, ms. */
export const FEWEST_MS = 500

export function profiledTime(recording: Recording, isThread: (thread: number) => boolean): ProfiledTime {
  const whole = recording.profiles.filter(({ thread }) => isThread(thread))
  const windows = [...whole, ...cutWindows(recording, isThread)].sort((a, b) => a.startMs - b.startMs)
  const merged: { startMs: number; endMs: number }[] = []
  for (const { startMs, endMs } of windows) {
    const last = merged.at(-1)
    if (last !== undefined && startMs <= last.endMs) last.endMs = Math.max(last.endMs, endMs)
    else merged.push({ startMs, endMs })
  }
  return merged
}

/** Windows that were open when their service ended: there is no profile of them, only the event of their start. */
function cutWindows({ events }: Recording, isThread: (thread: number) => boolean): ProfiledTime {
  const kind = events.kinds.indexOf('profiler')
  const openMs = new Map<number, number>()
  for (let i = 0; i < events.count; i++) {
    const thread = events.thread[i]!
    if (events.kind[i] !== kind || !isThread(thread)) continue
    if (events.details[events.detail[i]!] === 'start') openMs.set(thread, events.startMs[i]!)
    else openMs.delete(thread)
  }
  return [...openMs.values()].map((startMs) => ({ startMs, endMs: Number.POSITIVE_INFINITY }))
}

/** Whether any of `fromMs` to `toMs` was profiled. */
export function touchesProfile(windows: ProfiledTime, fromMs: number, toMs: number): boolean {
  return windows.some(({ startMs, endMs }) => startMs <= toMs && endMs >= fromMs)
}

/** The part of what grew between `fromMs` and `toMs` that it grew in the windows, by its value `upTo` any time. */
export function profiledPart(
  windows: ProfiledTime,
  fromMs: number,
  toMs: number,
  upTo: (timeMs: number) => number,
): number {
  let part = 0
  for (const { startMs, endMs } of windows) {
    const [from, to] = [Math.max(startMs, fromMs), Math.min(endMs, toMs)]
    if (to > from) part += upTo(to) - upTo(from)
  }
  return part
}

/** Which samples at `tMs` of the loop that is sampled as `instance` lie outside of its profile; all where too few do. */
export function outsideProfile(
  recording: Recording,
  instance: string,
  tMs: ArrayLike<number>,
): (sample: number) => boolean {
  const windows = profiledTime(recording, (thread) => loopInstanceOf(recording, thread) === instance)
  const outside = (i: number) => !touchesProfile(windows, sinceMs(tMs, i), tMs[i]!)
  let leftMs = 0
  for (let i = 0; i < tMs.length; i++) if (outside(i)) leftMs += tMs[i]! - sinceMs(tMs, i)
  return leftMs >= FEWEST_MS ? outside : () => true
}
