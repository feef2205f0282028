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

  constructor(request: number, batch: number) {
    this.request = request
    this.batch = batch
  }
}

export const requestContext = new AsyncLocalStorage<RequestContext>()
