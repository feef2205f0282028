import { type LoopTimeline, mostlyBusy } from '../../facts/loop-timelines.js'
import { quantile } from '../../stats/quantile.js'
import type { Waking } from './service-model.js'

/** Delays of a kind from which on they say something. */
const FEWEST = 20
/** Right after a delay began, in which the loop tells whether it slept. */
const MOMENT_MS = 0.15

/**
 * What each delay on the way to its loop, which began at `fromMs` (NaN: did not happen), owes to a loop that slept. One that works
 * finds what is ready when it asks the next time; one that sleeps has to be woken up, by the kernel and on a core that may be
 * asleep itself. Beyond the median of those that found it awake, the delay is taken to be the time of waking up; one that found
 * it awake gets, for a replay in which it does not, that of the last one before that did. Null where too few did.
 */
export function learnWaking(
  fromMs: Float64Array,
  delayMs: Float64Array,
  loopAt: (i: number) => LoopTimeline,
): Waking | null {
  const asleep = Uint8Array.from(fromMs, (ms, i) =>
    Number.isNaN(ms) || mostlyBusy(loopAt(i), ms, ms + MOMENT_MS) ? 0 : 1,
  )
  const found = (state: 0 | 1) => delayMs.filter((_, i) => asleep[i] === state && !Number.isNaN(fromMs[i]!))
  const [awakeMs, asleepMs] = [found(0), found(1)]
  if (asleepMs.length < FEWEST) return null
  const alwaysMs = awakeMs.length < FEWEST ? 0 : quantile(awakeMs, 0.5)
  let lastMs = Math.max(0, quantile(asleepMs, 0.5) - alwaysMs)
  const wakeMs = delayMs.map((ms, i) => {
    if (asleep[i] === 1) lastMs = Math.max(0, ms - alwaysMs)
    return lastMs
  })
  return { wakeMs, asleep }
}
