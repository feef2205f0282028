import type { DeviceClock } from '../facts/device-clock.js'
import { percent } from './wording.js'

// A GPU with less to do than this lowers its clock to save power, and should.
const WORKING = 0.3
// A tenth of the time; shorter dips are how a GPU finds its power limit.
export const MIN_THROTTLED = 0.1
// Boost clocks are rarely held under full load; a tenth below the maximum is usual.
export const USUAL_RATIO = 0.9
// Where the reason is not sampled, only a clock that no boost behaviour explains counts.
const LOW_RATIO = 0.75

/** Why the device's clock is no matter; null when power or heat keeps it down while it has work. */
export function whyNotThrottled({ gpu, ratio, throttled, busyFraction }: DeviceClock): string | null {
  const runs = `${gpu} runs at ${percent(ratio)} of its clock`
  if (busyFraction < WORKING) return `${runs}, but it is only ${percent(busyFraction)} busy: idle clocks are low`
  if (ratio >= USUAL_RATIO) return runs
  if (throttled !== null && throttled < MIN_THROTTLED) return `${runs}, but not for power or heat`
  if (throttled === null && ratio >= LOW_RATIO) return `${runs}; why was not sampled`
  return null
}
