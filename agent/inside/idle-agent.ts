import type { Agent, BatchOptions, Handoff, Pipeline, Ticket } from './api.js'

// Of the process: every copy of this package finds them.
/** Who records now, where a recorder came to a process that runs. */
export const ATTACHED = Symbol.for('infer-diag.attached/1')
/** What was configured when nobody recorded yet. */
export const PIPELINE = Symbol.for('infer-diag.pipeline/1')

export type AttachScope = { [ATTACHED]?: Agent; [PIPELINE]?: Pipeline }

const NO_TICKET: Ticket = { request: 0, enqueuedMs: 0, number: 0 }
const scope = globalThis as AttachScope

/** The functions of `infer-diag/agent` when nobody records: run the callback and nothing else, until a recorder attaches. */
export const idleAgent: Agent = {
  stage<T>(name: string, optionsOrFn: { readonly bytes?: number } | (() => T), fn?: () => T): T {
    const attached = scope[ATTACHED]
    if (attached !== undefined) return attached.stage(name, optionsOrFn as { readonly bytes?: number }, fn as () => T)
    return typeof optionsOrFn === 'function' ? optionsOrFn() : (fn as () => T)()
  },
  enqueue: () => scope[ATTACHED]?.enqueue() ?? NO_TICKET,
  batch<T>(tickets: readonly Ticket[], options: BatchOptions, fn: () => T): T {
    const attached = scope[ATTACHED]
    return attached === undefined ? fn() : attached.batch(tickets, options, fn)
  },
  configure(pipeline) {
    scope[PIPELINE] = { ...scope[PIPELINE], ...pipeline }
    scope[ATTACHED]?.configure(pipeline)
  },
  gauge: (metric, value, options) => scope[ATTACHED]?.gauge(metric, value, options),
  handoff: () => scope[ATTACHED]?.handoff() ?? { request: 0, batch: 0 },
  resume<T>(handoff: Handoff, fn: () => T): T {
    const attached = scope[ATTACHED]
    return attached === undefined ? fn() : attached.resume(handoff, fn)
  },
}
