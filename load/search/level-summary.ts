import type { Level, LevelTarget, LevelVoid } from '../../core/model/load-level.js'
import { enoughForPercentile } from '../../core/stats/percentile-interval.js'
import { quantiles } from '../../core/stats/quantile.js'
import { type LatencyTarget, latenessOf, tookMsOf } from './lateness.js'
import { errorsOf, judgeLevel, type Targets } from './level-verdict.js'
import type { LevelWatch } from './level-watch.js'
import { stabilityOf } from './stability.js'

/** What is known of a level beside its requests. */
export type LevelRun = {
  readonly rate: number
  readonly seed: number
  /** Monotonic time of the level's start. */
  readonly startMs: number
  readonly cutShort: boolean
  readonly clientLagP99Ms: number
  readonly void: LevelVoid | null
}

const PERCENTILES = [0.5, 0.95, 0.99] as const

/** A level that has ended: `untilMs` is the offset at which the last request was due, and every answer is in. */
export function summariseLevel(seen: LevelWatch, targets: Targets | null, run: LevelRun, untilMs: number): Level {
  const watch = seen.until(untilMs)
  const { warmupMs } = watch
  const seconds = (untilMs - warmupMs) / 1000
  const [first, end] = watch.dueWithin(warmupMs, untilMs)
  const stability = stabilityOf(watch, warmupMs, untilMs)
  const isStable = stability.kind === 'stable'
  const percentilesOf = (until: LatencyTarget['until'], ps: readonly number[]) =>
    isStable ? percentiles(timesOf(watch, until, first, end), ps) : ps.map(() => null)
  const [p50Ms, p95Ms, p99Ms] = percentilesOf('last-byte', PERCENTILES)
  const { constraint } = targets === null ? { constraint: null } : decided(watch, targets, isStable, untilMs)
  // Latency counts from the schedule, so that late sends can break a target, but not keep it.
  const passedLate = targets !== null && constraint === null && run.void?.onlyLate === true
  const failedAnyway = targets !== null && constraint !== null && run.void?.cause === 'overloaded'
  const voided = passedLate || failedAnyway ? null : run.void
  const clientBound = voided?.cause === 'client-bound'
  return {
    rate: run.rate,
    offeredRps: (end - first) / seconds,
    throughputRps: answeredWithin(watch, warmupMs, untilMs) / seconds,
    p50Ms: p50Ms!,
    p95Ms: p95Ms!,
    p99Ms: p99Ms!,
    targets: (targets?.latency ?? []).map((target): LevelTarget => {
      const { fraction, standardError } = latenessOf(watch, target, untilMs + target.limitMs)
      const [measuredMs] = percentilesOf(target.until, [1 - target.allowed])
      const { name, until, limitMs } = target
      return { name, until, limitMs, measuredMs: measuredMs!, lateFraction: fraction, lateStandardError: standardError }
    }),
    requests: end - first,
    errors: errorsOf(watch, untilMs).errors,
    stability,
    slaMet: targets === null || clientBound ? null : constraint === null,
    constraint: clientBound ? 'client' : constraint,
    cutShort: run.cutShort,
    clientLagP99Ms: run.clientLagP99Ms,
    void: voided,
    seed: run.seed,
    warmupMs,
    durationMs: untilMs - warmupMs,
    measuredFromMs: run.startMs + warmupMs,
    measuredToMs: run.startMs + untilMs,
  }
}

/** An unstable level fails, by the first latency target that would break in time where none has yet. */
function decided(watch: LevelWatch, targets: Targets, isStable: boolean, untilMs: number) {
  const longestMs = Math.max(...targets.latency.map(({ limitMs }) => limitMs))
  const verdict = judgeLevel(watch, targets, untilMs + longestMs)
  if (verdict.constraint !== null || isStable) return verdict
  return { constraint: targets.latency[0]!.name }
}

/** Of the requests that did not fail. */
function timesOf(watch: LevelWatch, until: LatencyTarget['until'], first: number, end: number): Float64Array {
  const timesMs = new Float64Array(end - first)
  let count = 0
  for (let i = first; i < end; i++) {
    const tookMs = tookMsOf(watch, until, i)
    if (tookMs !== null) timesMs[count++] = tookMs
  }
  return timesMs.slice(0, count)
}

/** Null: too few times. */
function percentiles(timesMs: Float64Array, ps: readonly number[]): (number | null)[] {
  const values = quantiles(timesMs, ps)
  return ps.map((p, i) => (enoughForPercentile(timesMs.length, p) ? values[i]! : null))
}

function answeredWithin(watch: LevelWatch, fromMs: number, toMs: number): number {
  let count = 0
  watch.endMs.forEach((endMs, i) => {
    if (watch.ok[i] === 1 && endMs >= fromMs && endMs < toMs) count++
  })
  return count
}
