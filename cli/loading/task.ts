import type { Constraint, Knee, Level } from '../../core/model/load-level.js'
import type { LoadMode } from '../../core/model/load-report.js'
import { type LoadProgress, runLevel, type SearchStart, type Targets } from '../../load/index.js'
import { Interrupted } from '../interruption.js'
import type { LoadPlan } from './plan.js'

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
  /** A ramp is about to begin. */
  ramp(start: SearchStart): void
  /** A rate is about to be held; `planned`: how many levels there are, null = not known beforehand. */
  level(rate: number, done: number, planned: number | null): void
  progress(progress: LoadProgress): void
  measured(level: Level): void
}

export type Context = {
  readonly plan: LoadPlan
  readonly targets: Targets | null
  readonly watcher: TaskWatcher
  readonly signal: AbortSignal
  /** Where the requests are written down; null = nowhere. */
  readonly dir: string | null
}

export const NOTHING_FOUND = {
  knee: null,
  maxPassingRps: null,
  firstFailingRps: null,
  bindingConstraint: null,
  recoveryMs: null,
}

/** A note that says why the load ended early, if it did, and what there is. */
export function endedEarly(signal: AbortSignal, what: string): string[] {
  if (!signal.aborted) return []
  return [`${signal.reason instanceof Interrupted ? 'interrupted' : 'the service ended'}: ${what}`]
}

type Held = Pick<Parameters<typeof runLevel>[0], 'arrivals' | 'rate' | 'durationMs' | 'seed'>

/** Holds one rate, without judging early. */
export function hold(context: Context, held: Held) {
  const { plan, targets, watcher } = context
  return runLevel({
    ...requestOf(context),
    ...held,
    warmupMs: plan.warmupMs,
    targets,
    onProgress: (progress) => watcher.progress(progress),
  })
}

/** What is sent, to whom, and when to give up. */
export function requestOf({ plan, signal, dir }: Context) {
  const { url, method, headers, body, insecure } = plan.request
  const sent = { url: url.href, method, headers: Object.entries(headers), body, insecure }
  return { ...sent, timeoutMs: plan.timeoutMs, dir, signal }
}
