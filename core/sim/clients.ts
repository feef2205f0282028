import type { ClosedLoop } from './network.js'
import type { Station, Surroundings } from './station.js'

/** The side of the simulation that clients act on. */
type Sending = { send(job: number): void; giveUp(job: number): boolean }

/** A closed loop: as many requests are out at a time as there are clients. Payloads: a job to send, or ~job to give up. */
export class Clients implements Station {
  readonly use = { busyMs: 0, started: 0, served: 0 }
  readonly #clients: number
  readonly #thinkMs: Float64Array | undefined
  readonly #at: number
  readonly #around: Surroundings
  readonly #sending: Sending
  #planned = 0

  constructor({ clients, thinkMs }: ClosedLoop, at: number, around: Surroundings, sending: Sending) {
    this.#clients = clients
    this.#thinkMs = thinkMs
    this.#at = at
    this.#around = around
    this.#sending = sending
  }

  /** Every client sends its first request. */
  begin(): void {
    for (let client = 0; client < this.#clients; client++) this.next()
  }

  /** A client has its answer and will send the next job that nobody has sent yet, if there is one. */
  next(): void {
    if (this.#planned === this.#around.next.length) return
    const job = this.#planned++
    this.#around.plan(this.#around.nowMs + (this.#thinkMs?.[job] ?? 0), this.#at, job)
  }

  planGivingUp(job: number, timeMs: number): void {
    this.#around.plan(timeMs, this.#at, ~job)
  }

  happen(payload: number): void {
    if (payload >= 0) this.#sending.send(payload)
    else if (this.#sending.giveUp(~payload)) this.next()
  }

  /** Clients are not on the route. */
  enter(): void {}
}
