import { findKnee } from '../../load/index.js'
import { closed, soak, spike, trace } from './one-run.js'
import type { LoadTask } from './plan.js'
import {
  type Context,
  endedEarly,
  hold,
  type LabelledLevel,
  NOTHING_FOUND,
  requestOf,
  type TaskResult,
} from './task.js'

/**
 * A signal ends it early: it resolves with what was held until then, and a note that says so. Rejects with the signal's
 * reason when that is nothing.
 */
export async function runTask(task: LoadTask, context: Context): Promise<TaskResult> {
  switch (task.kind) {
    case 'ramp':
      return ramp(task, context)
    case 'steps':
      return steps(task, context)
    case 'spike':
      return spike(task, context)
    case 'soak':
      return soak(task, context)
    case 'trace':
      return trace(task, context)
    case 'closed':
      return closed(task, context)
  }
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
    onStart: (start) => watcher.ramp(start),
    onLevel: ({ rate }) => watcher.level(rate, done++, null),
    onProgress: (progress) => watcher.progress(progress),
    onMeasured: (level) => watcher.measured(level),
  })
  const levels = found.levels.map((level) => ({ ...level, label: null }))
  const notes = endedEarly(context.signal, 'the knee is not known well: these are the levels held until then')
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
  const sorted = [...levels].sort((a, b) => a.rate - b.rate)
  const failing = sorted.find(({ constraint }) => constraint !== null) ?? null
  const passing = sorted.filter((level) => failing === null || level.rate < failing.rate).at(-1) ?? null
  return {
    ...NOTHING_FOUND,
    mode: 'steps',
    levels,
    ...(targets === null ? {} : { maxPassingRps: passing?.rate ?? null, firstFailingRps: failing?.rate ?? null }),
    bindingConstraint: failing?.constraint ?? null,
    notes: endedEarly(context.signal, `${levels.length} of ${rates.length} steps were held`),
  }
}
