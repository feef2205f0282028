import type { Level } from '../../core/model/load-level.js'
import { type Drift, driftOf, recoveryMs, spikeArrivals, summariseParts } from '../../load/index.js'
import type { LoadTask } from './plan.js'
import { type Context, endedEarly, hold, NOTHING_FOUND, type TaskResult } from './task.js'

type Task<Kind extends LoadTask['kind']> = LoadTask & { readonly kind: Kind }
type Held = Awaited<ReturnType<typeof hold>>

/** A burst in the middle of a steady rate, in three parts: before, during and after it. */
export async function spike({ rate, factor, spikeMs, sideMs }: Task<'spike'>, context: Context): Promise<TaskResult> {
  const { plan, targets, watcher } = context
  const beforeMs = plan.warmupMs + sideMs
  const trace = spikeArrivals({ rate, factor, spikeMs, beforeMs, afterMs: sideMs, seed: plan.seed })
  watcher.level(rate, 0, 1)
  const durationMs = sideMs + spikeMs + sideMs
  const held = await hold(context, { arrivals: { trace }, rate, durationMs, seed: plan.seed })
  const endMs = beforeMs + spikeMs
  const parts = [
    { label: 'before', rate, fromMs: plan.warmupMs, toMs: beforeMs },
    { label: 'spike', rate: rate * factor, fromMs: beforeMs, toMs: endMs },
    { label: 'after', rate, fromMs: endMs, toMs: endMs + sideMs },
  ]
  const { levels, notes } = partsHeld(held, parts, context)
  const isWhole = levels.length === parts.length
  return {
    ...NOTHING_FOUND,
    mode: 'spike',
    levels,
    recoveryMs: targets === null || !isWhole ? null : recoveryMs(held.watch, targets, endMs, endMs + sideMs),
    notes: [...notes, ...unstableNotes(levels)],
  }
}

/** A soak is shown in tenths ... */
const MOST_PARTS = 10
/** ... or in fewer parts of at least so many requests: 72 are enough for a p95, and a tenth of a Poisson count is chance. */
const LEAST_IN_PART = 120

/** One rate, held for long. */
export async function soak({ arrivals, rate, durationMs }: Task<'soak'>, context: Context): Promise<TaskResult> {
  const { plan, watcher } = context
  watcher.level(rate, 0, 1)
  const held = await hold(context, { arrivals, rate, durationMs, seed: plan.seed })
  const count = Math.max(1, Math.min(MOST_PARTS, Math.floor((rate * durationMs) / 1000 / LEAST_IN_PART)))
  const parts = Array.from({ length: count }, (_, i) => ({
    label: `${i + 1} of ${count}`,
    rate,
    fromMs: plan.warmupMs + (durationMs * i) / count,
    toMs: plan.warmupMs + (durationMs * (i + 1)) / count,
  }))
  const { levels, notes } = partsHeld(held, parts, context)
  return { ...NOTHING_FOUND, mode: 'soak', levels, notes: [...notes, driftNote(driftOf(levels))] }
}

function driftNote(drift: Drift): string {
  if (drift.kind === 'unknown') return 'too short to tell whether p95 drifts'
  if (drift.kind === 'steady') return 'p95 did not drift'
  return `p95 drifted by ${(drift.share * 100).toFixed(0)} % from the first part to the last`
}

/** Recorded arrivals, as they came. */
export async function trace({ trace: dueMs }: Task<'trace'>, context: Context): Promise<TaskResult> {
  const lastMs = dueMs.at(-1) ?? 0
  const durationMs = Math.max(1, lastMs + 1 - context.plan.warmupMs)
  const rate = (dueMs.length * 1000) / Math.max(1, lastMs)
  context.watcher.level(rate, 0, 1)
  const held = await hold(context, { arrivals: { trace: dueMs }, rate, durationMs, seed: context.plan.seed })
  const notes = endedEarly(context.signal, `${share(held, durationMs)} of the trace was sent`)
  return { ...NOTHING_FOUND, mode: 'trace', levels: [{ ...measured(held, context), label: 'trace' }], notes }
}

const CLOSED_NOTE =
  'closed loop: clients wait for their answers, so a stall holds back the requests that would have met it, and latency ' +
  'looks better than users who do not wait would find it; it shows no knee'

/** Clients that wait for their answers: the service sets the rate. */
export async function closed({ concurrency, durationMs }: Task<'closed'>, context: Context): Promise<TaskResult> {
  context.watcher.level(Number.NaN, 0, 1)
  const rate = Number.NaN
  const held = await hold(context, { arrivals: { concurrency }, rate, durationMs, seed: context.plan.seed })
  const level = measured(held, context)
  const levels = [{ ...level, rate: level.offeredRps, label: `${concurrency} clients` }]
  const notes = endedEarly(context.signal, `${share(held, durationMs)} of the time was held`)
  return { ...NOTHING_FOUND, mode: 'closed-loop', levels, notes: [...notes, CLOSED_NOTE] }
}

/** The level, when there is something in it; rejects with the signal's reason when it was aborted before. */
function measured({ level }: Held, { signal }: Context): Level {
  if (level.requests === 0) signal.throwIfAborted()
  return level
}

function share({ level }: Held, durationMs: number): string {
  return `${Math.floor((100 * level.durationMs) / durationMs)} %`
}

/** Of a run that was ended early, the parts whose requests had time to be answered. */
function partsHeld({ level, watch }: Held, parts: Parameters<typeof summariseParts>[1], { signal, targets }: Context) {
  const patienceMs = Math.max(0, ...(targets?.latency ?? []).map(({ limitMs }) => limitMs))
  const heldMs = signal.aborted ? level.warmupMs + level.durationMs - patienceMs : Number.POSITIVE_INFINITY
  const whole = parts.filter(({ toMs }) => toMs <= heldMs)
  if (whole.length === 0) signal.throwIfAborted()
  const notes = endedEarly(signal, `${whole.length} of ${parts.length} parts were held`)
  const { seed, measuredFromMs, warmupMs, clientLagP99Ms, void: isVoid } = level
  const run = { seed, startMs: measuredFromMs - warmupMs, cutShort: false, clientLagP99Ms, void: isVoid }
  return { levels: summariseParts(watch, whole, targets, run), notes }
}

/** Why a part has no percentiles. */
function unstableNotes(levels: readonly (Level & { readonly label: string })[]): string[] {
  return levels.flatMap(({ label, stability }) =>
    stability.kind === 'unstable' ? [`${label}: unstable, since ${stability.reason}`] : [],
  )
}
