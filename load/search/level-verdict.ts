import type { Constraint } from '../../core/model/load-level.js'
import { type LatencyTarget, type Lateness, latenessOf } from './lateness.js'
import type { LevelWatch } from './level-watch.js'

/** The SLA as the search uses it. */
export type Targets = {
  /** At least one; a level that is unstable, but not late yet, fails by the first. */
  readonly latency: readonly LatencyTarget[]
  /** Tolerated share of failed requests, 0..1; null: only as far as they are late requests. */
  readonly errorRate: number | null
}

export type LevelVerdict =
  /** Passes or fails so clearly that more time would not change it. */
  | { readonly kind: 'clear'; readonly constraint: Constraint | null }
  /** Near the limit: worth its whole time. `constraint`: how it would be decided now. */
  | { readonly kind: 'close'; readonly constraint: Constraint | null }

/** Standard errors from the limit that make a level clear. */
const CLEAR_Z = 3
/** Without late requests, this many standard errors of a limit's worth of them: 76 requests for p95, 396 for p99. */
const NONE_LATE_Z = 2
/** A level is clear only when its percentile is also far from the limit: below this share of it ... */
const CLEARLY_BELOW = 0.6
/** ... or with this many times the tolerated late requests. Nearer, dependence between requests can fool any test. */
const CLEARLY_ABOVE = 5
/** So many errors would come by chance in fewer than one of 20 levels that keep the limit. */
const ERROR_CHANCE = 0.05

/** How a level stands by `untilMs` (an offset; every answer up to it has been told). */
export function judgeLevel(watch: LevelWatch, targets: Targets, untilMs: number): LevelVerdict {
  const verdicts = targets.latency.map((target) => latencyVerdict(watch, latenessOf(watch, target, untilMs), untilMs))
  // What fails is named by what fails clearly, errors first: late requests may be failed ones.
  const all = [errorVerdict(watch, targets, untilMs), ...verdicts]
  const failing = all.filter(({ constraint }) => constraint !== null)
  return (
    failing.find(({ kind }) => kind === 'clear') ??
    failing[0] ?? { kind: all.every(({ kind }) => kind === 'clear') ? 'clear' : 'close', constraint: null }
  )
}

function latencyVerdict(watch: LevelWatch, lateness: Lateness, untilMs: number): LevelVerdict {
  const { target, fraction, z } = lateness
  if (Number.isNaN(z)) return { kind: 'close', constraint: null }
  if (fraction > target.allowed) {
    const clear = z > CLEAR_Z && fraction > Math.min(CLEARLY_ABOVE * target.allowed, 0.5)
    return { kind: clear ? 'clear' : 'close', constraint: target.name }
  }
  const nearer = latenessOf(watch, { ...target, limitMs: target.limitMs * CLEARLY_BELOW }, untilMs)
  const clear = nearer.fraction === 0 ? nearer.z < -NONE_LATE_Z : nearer.z < -CLEAR_Z
  return { kind: clear ? 'clear' : 'close', constraint: null }
}

function errorVerdict(watch: LevelWatch, { errorRate }: Targets, untilMs: number): LevelVerdict {
  const { ended, errors } = errorsOf(watch, untilMs)
  if (errors === 0) return { kind: 'clear', constraint: null }
  if (errorRate === null) {
    // Without a limit of their own they count as late; named as the cause where they are most of what fails.
    return { kind: 'clear', constraint: errors > ended / 2 ? 'errors' : null }
  }
  const refuted = chanceOfAtLeast(errors, ended, errorRate) < ERROR_CHANCE
  return { kind: 'clear', constraint: refuted ? 'errors' : null }
}

/** Requests of the measured window that have ended, and how many of them failed. */
export function errorsOf(watch: LevelWatch, untilMs: number): { readonly ended: number; readonly errors: number } {
  const [first, end] = watch.dueWithin(watch.warmupMs, untilMs)
  let ended = 0
  let errors = 0
  for (let i = first; i < end; i++) {
    if (Number.isNaN(watch.endMs[i]!)) continue
    ended++
    if (watch.ok[i] === 0) errors++
  }
  return { ended, errors }
}

/** P(X >= k), X binomial(n, p). */
function chanceOfAtLeast(k: number, n: number, p: number): number {
  if (p >= 1) return 1
  let mass = Math.exp(n * Math.log1p(-p))
  let below = 0
  for (let i = 0; i < k; i++) {
    below += mass
    mass *= ((n - i) / (i + 1)) * (p / (1 - p))
  }
  return 1 - below
}
