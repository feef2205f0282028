import { AsyncLocalStorage } from 'node:async_hooks'
import type { Ticket } from './api.js'

/** Whose work is being done: travels with every callback and promise that a request's code starts. */
export class RequestContext {
  /** Id within the process; 0 = work for no single request, such as a batch. */
  readonly request: number
  /** The batch whose function runs; 0 = none. */
  readonly batch: number
  /** Tickets this request took here; `undefined` until the first. */
  tickets: Ticket[] | undefined = undefined
  /** Stages of this request under way here; `undefined` until the first. */
  pending: PendingStage[] | undefined = undefined

  constructor(request: number, batch: number) {
    this.request = request
    this.batch = batch
  }
}

/** A stage under way that gave up the thread. */
export type PendingStage = {
  readonly stage: string
  readonly context: RequestContext | undefined
  readonly startMs: number
  /** The loop's idle time then. */
  readonly startIdleMs: number
  readonly bytes: number
  /** It is on record, though it may go on for nobody. */
  over: boolean
}

const storage = new AsyncLocalStorage<RequestContext>()
let synchronous: RequestContext | undefined

export function currentContext(): RequestContext | undefined {
  return synchronous ?? storage.getStore()
}

/** Calls `fn` in this context, which everything that it starts keeps. */
export function runInContext<Arguments extends unknown[], Result>(
  context: RequestContext,
  fn: (...args: Arguments) => Result,
  ...args: Arguments
): Result {
  const outer = synchronous
  synchronous = undefined
  try {
    return storage.run(context, fn, ...args)
  } finally {
    synchronous = outer
  }
}

/**
 * Calls `fn` in this context until it returns; callbacks and promises that it starts do not keep it. A thread that only
 * does this is spared the asynchronous hooks, which cost with every message and promise once they are on.
 */
export function runSynchronously<Result>(context: RequestContext, fn: () => Result): Result {
  const outer = synchronous
  synchronous = context
  try {
    return fn()
  } finally {
    synchronous = outer
  }
}
