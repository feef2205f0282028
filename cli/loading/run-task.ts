import type { Constraint, Knee, Level } from '../../core/model/load-level.js'
import type { LoadMode } from '../../core/model/load-report.js'
import {
  driftOf,
  findKnee,
  type LoadProgress,
  recoveryMs,
  runLevel,
  spikeArrivals,
  summariseParts,
  type Targets,
} from '../../load/index.js'
import type { LoadPlan, LoadTask } from './plan.js'

export type LabelledLevel = Level & { readonly label: string | null }

export type TaskResult = {
  readonly mode: LoadMode
  readonly levels: readonly LabelledLevel[]
  readonly knee: Knee | null
  readonly maxPassingRps: number | null
  readonly firstFailingRps: number | null
  readonly bindingConstraint: Constraint | null
  readonly recoveryMs: number | null
  readonly notes: readonly string[]
}

/** What a person may want to see while it runs. */
export type TaskWatcher = {
  /** A rate is about to be held; `planned`: how many levels there are, null = not known beforehand. */
  level(rate: number, done: number, planned: number | null): void
  progress(progress: LoadProgress): void
  measured(level: Level): void
}

type Context = {
  readonly plan: LoadPlan
  readonly targets: Targets | null
  readonly watcher: TaskWatcher
  readonly signal: AbortSignal
  /** Where the requests are written down; null = nowhere. */
  readonly dir: string | null
}

const NOTHING_FOUND = {
  knee: null,
  maxPassingRps: null,
  firstFailingRps: null,
  bindingConstraint: null,
  recoveryMs: null,
}

/**
 * A signal ends a ramp, steps and a soak early: they resolve with what was held until then. Rejects with its reason when
 * that is nothing, and where only the whole has a meaning (spike, trace, closed loop).
 */
export async function runTask(task: LoadTask, context: Context): Promise<TaskResult> {
  if (task.kind === 'ramp') return ramp(task, context)
  if (task.kind === 'steps') return steps(task, context)
  if (task.kind === 'spike') return spike(task, context)
  if (task.kind === 'soak') return soak(task, context)
  return single(task, context)
}

async function ramp(task: LoadTask & { kind: 'ramp' }, context: Context): Promise<TaskResult> {
  const { plan, targets, watcher } = context
  let done = 0
  const found = await findKnee({
    ...requestOf(context),
    arrivals: task.arrivals,
    targets: targets!,
    startRps: task.startRps,
    maxRps: task.maxRps,
    precision: task.precision,
    seed: plan.seed,
    onLevel: ({ rate }) => watcher.level(rate, done++, null),
    onProgress: (progress) => watcher.progress(progress),
    onMeasured: (level) => watcher.measured(level),
  })
  const levels = found.levels.map((level) => ({ ...level, label: null }))
  const notes = context.signal.aborted ? ['interrupted before the knee was known well: the levels held so far'] : []
  return { ...NOTHING_FOUND, ...found, mode: 'ramp', levels, notes }
}

async function steps(
  { arrivals, rates, durationMs }: LoadTask & { kind: 'steps' },
  context: Context,
): Promise<TaskResult> {
  const { plan, targets, watcher } = context
  const levels: LabelledLevel[] = []
  for (const [done, rate] of rates.entries()) {
    watcher.level(rate, done, rates.length)
    const { level } = await hold(context, { arrivals, rate, durationMs, seed: plan.seed + done })
    if (context.signal.aborted) break
    watcher.measured(level)
    levels.push({ ...level, label: null })
  }
  if (levels.length === 0) context.signal.throwIfAborted()
  const interrupted = `interrupted: ${levels.length} of ${rates.length} steps were held`
  const sorted = [...levels].sort((a, b) => a.rate - b.rate)
  const failing = sorted.find(({ constraint }) => constraint !== null) ?? null
  const passing = sorted.filter((level) => failing === null || level.rate < failing.rate).at(-1) ?? null
  return {
    ...NOTHING_FOUND,
    mode: 'steps',
    levels,
    ...(targets === null ? {} : { maxPassingRps: passing?.rate ?? null, firstFailingRps: failing?.rate ?? null }),
    bindingConstraint: failing?.constraint ?? null,
    notes: context.signal.aborted ? [interrupted] : [],
  }
}

async function spike(task: LoadTask & { kind: 'spike' }, context: Context): Promise<TaskResult> {
  const { plan, targets, watcher } = context
  const { rate, factor, spikeMs, sideMs } = task
  const beforeMs = plan.warmupMs + sideMs
  const trace = spikeArrivals({ rate, factor, spikeMs, beforeMs, afterMs: sideMs, seed: plan.seed })
  watcher.level(rate, 0, 1)
  const durationMs = sideMs + spikeMs + sideMs
  const { level, watch } = await hold(context, { arrivals: { trace }, rate, durationMs, seed: plan.seed })
  context.signal.throwIfAborted()
  const endMs = beforeMs + spikeMs
  const parts = [
    { label: 'before', rate, fromMs: plan.warmupMs, toMs: beforeMs },
    { label: 'spike', rate: rate * factor, fromMs: beforeMs, toMs: endMs },
    { label: 'after', rate, fromMs: endMs, toMs: endMs + sideMs },
  ]
  const levels = summariseParts(watch, parts, targets, runOf(level))
  return {
    ...NOTHING_FOUND,
    mode: 'spike',
    levels,
    recoveryMs: targets === null ? null : recoveryMs(watch, targets, endMs, endMs + sideMs),
    notes: targets === null ? ['without --sla it cannot be said when the service had recovered'] : [],
  }
}

const SOAK_PARTS = 10

async function soak(
  { arrivals, rate, durationMs }: LoadTask & { kind: 'soak' },
  context: Context,
): Promise<TaskResult> {
  const { plan, targets, watcher } = context
  watcher.level(rate, 0, 1)
  const { level, watch } = await hold(context, { arrivals, rate, durationMs, seed: plan.seed })
  const parts = Array.from({ length: SOAK_PARTS }, (_, i) => ({
    label: `${i + 1} of ${SOAK_PARTS}`,
    rate,
    fromMs: plan.warmupMs + (durationMs * i) / SOAK_PARTS,
    toMs: plan.warmupMs + (durationMs * (i + 1)) / SOAK_PARTS,
  }))
  // Of a soak that was interrupted, the parts whose requests had time to be answered.
  const heldMs = context.signal.aborted ? level.warmupMs + level.durationMs - longestLimitMs(targets) : Infinity
  const whole = parts.filter(({ toMs }) => toMs <= heldMs)
  if (whole.length === 0) context.signal.throwIfAborted()
  const levels = summariseParts(watch, whole, targets, runOf(level))
  const drift = driftOf(levels)
  const change =
    drift === null
      ? 'p95 did not drift'
      : `p95 drifted by ${(drift * 100).toFixed(0)} % from the first part to the last`
  const interrupted = `interrupted: ${whole.length} of ${SOAK_PARTS} parts were held`
  return { ...NOTHING_FOUND, mode: 'soak', levels, notes: context.signal.aborted ? [interrupted, change] : [change] }
}

function longestLimitMs(targets: Targets | null): number {
  return Math.max(0, ...(targets?.latency ?? []).map(({ limitMs }) => limitMs))
}

async function single(task: LoadTask & { kind: 'trace' | 'closed' }, context: Context): Promise<TaskResult> {
  const { plan, watcher } = context
  if (task.kind === 'closed') {
    const { concurrency, durationMs } = task
    watcher.level(Number.NaN, 0, 1)
    const { level } = await hold(context, { arrivals: { concurrency }, rate: Number.NaN, durationMs, seed: plan.seed })
    context.signal.throwIfAborted()
    // There is no rate that was asked for: the service sets it.
    const levels = [{ ...level, rate: level.offeredRps, label: `${concurrency} clients` }]
    return { ...NOTHING_FOUND, mode: 'closed-loop', levels, notes: [CLOSED_NOTE] }
  }
  const durationMs = Math.max(1, (task.trace.at(-1) ?? 0) + 1 - plan.warmupMs)
  const rate = (task.trace.length * 1000) / Math.max(1, task.trace.at(-1) ?? 1)
  watcher.level(rate, 0, 1)
  const { level } = await hold(context, { arrivals: { trace: task.trace }, rate, durationMs, seed: plan.seed })
  context.signal.throwIfAborted()
  return { ...NOTHING_FOUND, mode: 'trace', levels: [{ ...level, label: 'trace' }], notes: [] }
}

const CLOSED_NOTE =
  'closed loop: clients wait for their answers, so a stall holds back the requests that would have met it, and latency ' +
  'looks better than users who do not wait would find it; it shows no knee'

type Held = Pick<Parameters<typeof runLevel>[0], 'arrivals' | 'rate' | 'durationMs' | 'seed'>

function hold(context: Context, held: Held) {
  const { plan, targets, watcher } = context
  return runLevel({
    ...requestOf(context),
    ...held,
    warmupMs: plan.warmupMs,
    targets,
    onProgress: (progress) => watcher.progress(progress),
  })
}

function requestOf({ plan, signal, dir }: Context) {
  const { url, method, headers, body } = plan.request
  return { url: url.href, method, headers: Object.entries(headers), body, timeoutMs: plan.timeoutMs, dir, signal }
}

function runOf({ seed, measuredFromMs, warmupMs, clientLagP99Ms, void: isVoid }: Level) {
  return { seed, startMs: measuredFromMs - warmupMs, cutShort: false, clientLagP99Ms, void: isVoid }
}
