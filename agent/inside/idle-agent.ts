import type { Agent, BatchOptions, Ticket } from './api.js'

const NO_TICKET: Ticket = { request: 0, enqueuedMs: 0, number: 0 }

/** The functions of `infer-diag/agent` when nobody records: run the callback and nothing else. */
export const idleAgent: Agent = {
  stage<T>(_name: string, optionsOrFn: { readonly bytes?: number } | (() => T), fn?: () => T): T {
    return typeof optionsOrFn === 'function' ? optionsOrFn() : (fn as () => T)()
  },
  enqueue: () => NO_TICKET,
  batch: <T>(_tickets: readonly Ticket[], _options: BatchOptions, fn: () => T): T => fn(),
  configure: () => {},
  gauge: () => {},
  handoff: () => ({ request: 0, batch: 0 }),
  resume: (_handoff, fn) => fn(),
}
