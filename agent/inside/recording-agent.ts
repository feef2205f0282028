import { BATCH_FAILED, RELEASE_REASONS, SHARED, SPAN_ERROR } from '../../core/model/journal-layout.js'
import type { Agent, BatchOptions, GaugeOptions, Handoff, Pipeline, Ran, Ticket } from './api.js'
import { nowMs } from './clock.js'
import { beginStage, endStage } from './pending-stages.js'
import type { Recorder } from './recorder.js'
import { currentContext, RequestContext, runInContext, runSynchronously } from './request-context.js'
import { isThenable, onSettled } from './settlement.js'
import type { Tickets } from './tickets.js'

// Captured before the JSON probe replaces it.
const stringify = JSON.stringify

/**
 * The functions of `infer-diag/agent` for a process that is being recorded. JavaScript services may pass anything:
 * what makes no sense is recorded as unknown, never thrown.
 */
export function recordingAgent(recorder: Recorder, tickets: Tickets): Agent {
  let batchesAwait = false

  function stage<T>(name: string, optionsOrFn: { readonly bytes?: number } | (() => T), maybeFn?: () => T): T {
    const hasOptions = typeof optionsOrFn !== 'function'
    const fn = hasOptions ? (maybeFn as () => T) : optionsOrFn
    const bytes = (hasOptions ? optionsOrFn?.bytes : undefined) ?? Number.NaN
    const context = currentContext()
    // batch() already is the model stage of its requests.
    if (context !== undefined && context.batch !== 0 && name === 'model') return fn()
    recorder.worthKeeping = true
    const startMs = nowMs()
    let result: T
    try {
      result = fn()
    } catch (error) {
      recorder.syncSpan(name, context, SPAN_ERROR, startMs, nowMs(), bytes)
      throw error
    }
    if (!isThenable(result)) {
      recorder.syncSpan(name, context, 0, startMs, nowMs(), bytes)
      return result
    }
    const pending = beginStage(name, context, startMs, bytes)
    return onSettled(result, (failed) => endStage(recorder, pending, failed ? SPAN_ERROR : 0))
  }

  function enqueue(): Ticket {
    const context = currentContext()
    const ticket = tickets.take(context === undefined ? 0 : context.request, nowMs())
    if (context !== undefined) {
      context.tickets ??= []
      context.tickets.push(ticket)
    }
    return ticket
  }

  function batch<T>(given: readonly Ticket[], options: BatchOptions, fn: () => T): T {
    const members = Array.isArray(given) ? (given as readonly Ticket[]) : []
    Atomics.store(recorder.shared, SHARED.batchUsed, 1)
    const id = recorder.nextBatch()
    const startedMs = nowMs()
    const context = new RequestContext(0, id)
    // Warming the device up for nobody: no batch of any request.
    if (members.length === 0) {
      const warm = runBatch(context, fn)
      goesOn(warm)
      return warm
    }
    for (const ticket of members) tickets.release(ticket)
    const finish = (failed: boolean) => recordBatch(recorder, id, members, options ?? {}, startedMs, failed)
    let result: T
    try {
      result = runBatch(context, fn)
    } catch (error) {
      finish(true)
      throw error
    }
    if (goesOn(result)) return onSettled(result, finish)
    // Its thread stood still meanwhile, as in a native run of a model.
    recorder.event('model-call', 'blocking', startedMs, nowMs(), members.length)
    finish(false)
    return result
  }

  function runBatch<T>(context: RequestContext, fn: () => T): T {
    return batchesAwait ? runInContext(context, fn) : runSynchronously(context, fn)
  }

  /** The first batch that returns a promise teaches that they do; what it runs after an await knows of no batch yet. */
  function goesOn<T>(result: T): result is T & PromiseLike<unknown> {
    const awaits = isThenable(result)
    if (awaits) batchesAwait = true
    return awaits
  }

  function configure(pipeline: Pipeline): void {
    const values: Record<string, string | number | boolean> = {}
    for (const [key, value] of Object.entries(pipeline ?? {})) {
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') values[key] = value
    }
    recorder.config(stringify(values))
  }

  function gauge(metric: string, value: number, options?: GaugeOptions): void {
    if (metric === 'queue.depth') tickets.depthGauged()
    recorder.sample(metric, options?.instance ?? '', nowMs(), value, options?.simulated === true)
  }

  function handoff(): Handoff {
    const context = currentContext()
    return { request: context?.request ?? 0, batch: context?.batch ?? 0 }
  }

  function resume<T>(handoff: Handoff, fn: () => T): T {
    return runInContext(new RequestContext(handoff?.request ?? 0, handoff?.batch ?? 0), fn)
  }

  return { stage, enqueue, batch, configure, gauge, handoff, resume }
}

function recordBatch(
  recorder: Recorder,
  batch: number,
  members: readonly Ticket[],
  options: Partial<BatchOptions>,
  calledMs: number,
  failed: boolean,
): void {
  let oldestMs = calledMs
  for (const { enqueuedMs } of members) if (enqueuedMs < oldestMs) oldestMs = enqueuedMs
  const called = { startMs: calledMs, endMs: nowMs() }
  const { startMs, endMs } = (failed ? null : ranOnDevice(options, oldestMs, called.endMs)) ?? called
  for (const ticket of members) recorder.ticket(ticket, batch, startMs, endMs)
  const reason =
    options.reason ?? (members.length >= (options.capacity ?? Number.POSITIVE_INFINITY) ? 'full' : 'unknown')
  recorder.batch({
    batch,
    size: members.length,
    capacity: options.capacity ?? 0,
    device: options.device ?? '',
    flags: RELEASE_REASONS.indexOf(reason) | (failed ? BATCH_FAILED : 0),
    openedMs: options.openedMs ?? oldestMs,
    startedMs: startMs,
    endedMs: endMs,
    maxWaitMs: options.maxWaitMs ?? Number.NaN,
  })
}

/** Null where the device does not tell when it ran, or tells what cannot be: by another clock, say. */
function ranOnDevice({ ran }: Partial<BatchOptions>, earliestMs: number, latestMs: number): Ran | null {
  try {
    const told = ran?.()
    if (told === undefined) return null
    const { startMs } = told
    const endMs = Math.min(told.endMs, latestMs)
    return startMs >= earliestMs && startMs <= endMs ? { startMs, endMs } : null
  } catch {
    return null
  }
}
