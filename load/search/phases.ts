import type { Level } from '../../core/model/load-level.js'
import { fitLine } from '../../core/stats/line-fit.js'
import { isOnTime, type LatencyTarget } from './lateness.js'
import { type LevelRun, summariseLevel } from './level-summary.js'
import type { Targets } from './level-verdict.js'
import type { LevelWatch } from './level-watch.js'

/** Part of one run, as a level of its own. Offsets. */
export type Part = { readonly label: string; readonly rate: number; readonly fromMs: number; readonly toMs: number }

/** The parts of a run, each summarised like a level. */
export function summariseParts(
  watch: LevelWatch,
  parts: readonly Part[],
  targets: Targets | null,
  run: Omit<LevelRun, 'rate'>,
): readonly (Level & { readonly label: string })[] {
  return parts.map(({ label, rate, fromMs, toMs }) => ({
    ...summariseLevel(watch.since(fromMs), targets, { ...run, rate }, toMs),
    label,
  }))
}

const RECOVERY_STEP_MS = 500

/** From the end of a spike until requests were in time again for good, by every target. Null: not within the run. */
export function recoveryMs(
  watch: LevelWatch,
  { latency }: Targets,
  spikeEndMs: number,
  untilMs: number,
): number | null {
  const all = latency.map((target) => recoveryByMs(target, watch, spikeEndMs, untilMs))
  return all.includes(null) ? null : Math.max(...(all as number[]))
}

/** The end of the last half second in which more than the tolerated share of requests was late; null when that was the run's last. */
function recoveryByMs(target: LatencyTarget, watch: LevelWatch, spikeEndMs: number, untilMs: number): number | null {
  let recoveredMs = 0
  let lastMs = spikeEndMs
  for (let fromMs = spikeEndMs; fromMs + RECOVERY_STEP_MS <= untilMs; fromMs += RECOVERY_STEP_MS) {
    lastMs = fromMs + RECOVERY_STEP_MS
    const [first, end] = watch.dueWithin(fromMs, lastMs)
    let late = 0
    for (let i = first; i < end; i++) if (!isOnTime(watch, target, i)) late++
    // Few requests fall into a step: one late one alone is within chance.
    if (late > Math.max(1, target.allowed * 2 * (end - first))) recoveredMs = lastMs - spikeEndMs
  }
  return spikeEndMs + recoveredMs >= lastMs && recoveredMs > 0 ? null : recoveredMs
}

/** A drift of less than this over the whole soak is not worth a word. */
const DRIFT = 0.1
const SIGNIFICANT = 3
/** A line through fewer parts has no spread to speak of. */
const LEAST_PARTS = 4

/** What became of p95 over a soak. `share`: its change from the first part to the last, of its mean. */
export type Drift =
  | { readonly kind: 'drifted'; readonly share: number }
  | { readonly kind: 'steady' }
  /** Too few parts have a p95. */
  | { readonly kind: 'unknown' }

/** Whether p95 changed over a soak by more than chance. */
export function driftOf(levels: readonly Level[]): Drift {
  const p95s = levels.map(({ p95Ms }) => p95Ms)
  if (p95s.length < LEAST_PARTS || p95s.some((ms) => ms === null)) return { kind: 'unknown' }
  const x = p95s.map((_, i) => i)
  const fit = fitLine(x, p95s as number[])
  if (fit === null) return { kind: 'unknown' }
  const n = x.length
  const standardError = fit.residualSd / Math.sqrt((n * (n * n - 1)) / 12)
  const meanMs = fit.intercept + (fit.slope * (n - 1)) / 2
  const share = (fit.slope * (n - 1)) / meanMs
  const isDrift = Math.abs(share) > DRIFT && Math.abs(fit.slope) > SIGNIFICANT * standardError
  return isDrift ? { kind: 'drifted', share } : { kind: 'steady' }
}
