import { SHARED, SHARED_OFFSET, TICKET_STATES } from '../../core/model/journal-layout.js'
import type { Ticket } from './api.js'

const WAITING = 1
const TAKEN = 0

/**
 * Which tickets of the process still wait. A ticket may be enqueued on one thread and batched on another, or dropped
 * by a service that gives up on a request, so the state of each recent one is a byte in shared memory.
 */
export class Tickets {
  readonly #shared: Int32Array
  readonly #states: Uint8Array

  constructor(shared: SharedArrayBuffer) {
    this.#shared = new Int32Array(shared, 0, SHARED.rings)
    this.#states = new Uint8Array(shared, SHARED_OFFSET.ticketStates, TICKET_STATES)
  }

  take(request: number, enqueuedMs: number): Ticket {
    Atomics.store(this.#shared, SHARED.queueUsed, 1)
    const number = Atomics.add(this.#shared, SHARED.lastTicket, 1) >>> 0
    const forgotten = Atomics.exchange(this.#states, number % TICKET_STATES, WAITING)
    if (forgotten === TAKEN) Atomics.add(this.#shared, SHARED.queueDepth, 1)
    return { request, enqueuedMs, number }
  }

  /** Ends the ticket's wait; false when it had ended before. */
  release(ticket: Ticket): boolean {
    if (Atomics.exchange(this.#states, ticket.number % TICKET_STATES, TAKEN) === TAKEN) return false
    Atomics.sub(this.#shared, SHARED.queueDepth, 1)
    return true
  }

  /** The service reports the depth of its queue itself, and knows better. */
  depthGauged(): void {
    Atomics.store(this.#shared, SHARED.queueDepthGauged, 1)
  }

  /** Tickets waiting now; NaN when the service has never enqueued, or reports its depth itself. */
  depth(): number {
    if (Atomics.load(this.#shared, SHARED.queueUsed) === 0) return Number.NaN
    if (Atomics.load(this.#shared, SHARED.queueDepthGauged) === 1) return Number.NaN
    return Atomics.load(this.#shared, SHARED.queueDepth)
  }
}
