import type { Handover } from './network.js'

/** No run is shorter, for this purpose. */
const LEAST_MS = 0.1

/**
 * By how much more a batch starts late after a run of `ranMs` of the device: the threads that hand it over have slept for that long,
 * and the longer one slept, the longer it takes to wake up. The cube root: docs/decisions/0015.
 */
export function latenessAfter(ranMs: number): number {
  return Math.cbrt(Math.max(LEAST_MS, ranMs))
}

/** What let a batch go: its timer, its last request on a device that was free, or the device that got free. */
export type ReleasedBy = 'timer' | 'filled' | 'device'

/** From a batch's release to its start, in ms. `entry`: whose delay it has; `ranMs`: how long the device ran before it. */
export function handoverMs(
  { timerMs, filledMs, promptMs, turnMs }: Handover,
  by: ReleasedBy,
  entry: number,
  ranMs: number,
): number {
  if (by === 'timer') return timerMs.length === 0 ? 0 : timerMs[entry % timerMs.length]!
  if (by === 'filled' && filledMs.length > 0) return filledMs[entry % filledMs.length]!
  return promptMs + (turnMs.length === 0 ? 0 : latenessAfter(ranMs) * turnMs[entry % turnMs.length]!)
}
