import type { Client } from 'undici'
import { monotonicMs } from '../clock.js'
import { arrivalTimes, busiestSecond, closedShare, isClosed, type Schedule, type Share } from '../schedule/arrivals.js'
import { Connections } from './connections.js'
import { Exchange } from './exchange.js'
import type { JournalFile } from './journal-file.js'
import type { Pacer } from './pacer.js'
import { SettledLog } from './settled.js'
import { Counter, IN_FLIGHT_LIMIT } from './tally.js'
import { identify, type RunKey } from './traceparent.js'

/** What one sender thread has to do; it crosses threads as it is. */
export type SenderJob = {
  readonly url: string
  readonly method: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Uint8Array | null
  readonly insecure: boolean
  readonly schedule: Schedule
  readonly share: Share
  readonly warmupMs: number
  readonly timeoutMs: number
  readonly run: RunKey
  /** Null: no journal. */
  readonly dir: string | null
}

/** Late sends go out at once, but in bursts of this many, so that responses are read in between. */
const BURST = 64
/** How long after the schedule's end a sender still catches up; what is left then was never sent. */
const OVERRUN_MS = 1000
/** Connections of all senders: a quarter of the files that a Linux process may have open, if nobody raised that. */
const MOST_KEPT_OPEN = 256
/** A server that gets connections faster than its event loop has rounds falls behind with accepting them. */
const GROW_EVERY_MS = 20

/** Sends its share of the schedule, whatever the service does, and writes down every request. */
export class Sender {
  readonly counter = new Counter()
  readonly settled = new SettledLog()
  readonly connections: Connections
  readonly #job: SenderJob
  readonly #path: string
  readonly #headers: readonly string[]
  /** Null in a closed loop, where answers set the pace. */
  readonly #pacer: Pacer | null
  readonly #journal: JournalFile | null
  readonly #times: Generator<number, undefined>
  /** In the order of sending, and so of their deadlines. */
  readonly #inFlight = new Set<Exchange>()
  readonly #finished: Promise<void>
  #finish: () => void = () => {}
  #startMs = Number.NaN
  #body: Buffer | null
  /** Clients of a closed loop that this sender plays; null = open loop. */
  readonly #closed: number | null
  #number: number
  /** Offset of the next request; undefined = all are sent. */
  #nextMs: number | undefined

  constructor(job: SenderJob, pacer: Pacer | null, journal: JournalFile | null) {
    const url = new URL(job.url)
    this.#job = job
    this.#body = job.body && viewOf(job.body)
    this.#path = url.pathname + url.search
    this.#headers = job.headers.flat()
    const { insecure, timeoutMs, schedule, share } = job
    const keepOpen = Math.ceil(Math.min(MOST_KEPT_OPEN, busiestSecond(schedule)) / share.of)
    const growEveryMs = GROW_EVERY_MS * share.of
    this.connections = new Connections({ origin: url.origin, insecure, timeoutMs, keepOpen, growEveryMs })
    this.#pacer = pacer
    this.#journal = journal
    this.#times = arrivalTimes(job.schedule, job.share)
    this.#number = job.share.index
    this.#closed = isClosed(job.schedule.arrivals) ? closedShare(job.schedule.arrivals.concurrency, job.share) : null
    this.#finished = new Promise((resolve) => {
      this.#finish = resolve
    })
  }

  /** Resolves when every request has come to its end. */
  async send(startMs: number): Promise<void> {
    this.#startMs = startMs
    this.#nextMs = this.#closed === null ? this.#times.next().value : 0
    const endMs = startMs + this.#job.schedule.untilMs
    const giveUp = setTimeout(() => this.#giveUp(), endMs + OVERRUN_MS - monotonicMs())
    const expiry = setInterval(() => this.#expire(), Math.min(20, this.#job.timeoutMs))
    this.#pacer?.start(startMs, () => this.#sendDue())
    if (this.#closed !== null) setTimeout(() => this.#refill(), startMs - monotonicMs())
    this.#finishIfDone()
    await this.#finished
    clearTimeout(giveUp)
    clearInterval(expiry)
    this.#pacer?.stop()
    await this.connections.close()
  }

  /** Of requests from now on. */
  changeBody(body: Uint8Array): void {
    this.#body = viewOf(body)
  }

  /** Nothing more is sent; it ends when what is under way has ended. */
  finish(): void {
    this.#nextMs = undefined
    this.#times.return(undefined)
    this.#finishIfDone()
  }

  /** Ends early: nothing more is sent, what is under way is aborted. */
  stop(): void {
    this.#nextMs = undefined
    for (const exchange of this.#inFlight) exchange.cancel('aborted')
    this.finish()
  }

  #sendDue(): void {
    for (let burst = 0; this.#isDue(); burst++) {
      if (burst === BURST) {
        setImmediate(() => this.#sendDue())
        return
      }
      this.#sendNext()
    }
  }

  /** Closed loop: as many requests under way as there are clients, until the time is up. */
  #refill(): void {
    while (this.#nextMs !== undefined && this.#inFlight.size < (this.#closed ?? 0)) {
      this.#nextMs = monotonicMs() - this.#startMs
      if (this.#nextMs >= this.#job.schedule.untilMs) this.finish()
      else this.#sendNext()
    }
  }

  #isDue(): boolean {
    const nextMs = this.#nextMs
    return nextMs !== undefined && this.#inFlight.size < IN_FLIGHT_LIMIT && this.#startMs + nextMs <= monotonicMs()
  }

  #sendNext(): void {
    const offsetMs = this.#nextMs ?? Number.NaN
    const number = this.#number
    const identity = identify(this.#job.run, number)
    const measured = offsetMs >= this.#job.warmupMs
    const client = this.connections.take(!measured)
    const exchange = new Exchange(
      {
        number,
        identity,
        scheduledMs: this.#startMs + offsetMs,
        sentMs: monotonicMs(),
        measured,
        bodyBytes: this.#body?.length ?? 0,
      },
      (begun) => this.settled.begin(begun),
      (settled) => this.#settle(settled, client),
    )
    this.#advance()
    this.#inFlight.add(exchange)
    this.counter.sent(exchange)
    client.dispatch(
      {
        path: this.#path,
        method: this.#job.method,
        headers: [...this.#headers, 'traceparent', identity.traceparent],
        body: this.#body,
      },
      exchange,
    )
  }

  #advance(): void {
    if (this.#closed === null) this.#nextMs = this.#times.next().value
    this.#number += this.#job.share.of
  }

  #settle(exchange: Exchange, client: Client): void {
    const wasFull = this.#inFlight.size === IN_FLIGHT_LIMIT
    if (wasFull) this.counter.heldBack = true
    this.#inFlight.delete(exchange)
    if (exchange.error === '') this.connections.giveBack(client)
    else this.connections.discard(client)
    this.counter.settled(exchange)
    this.settled.add(exchange)
    this.#journal?.records.client({
      ...exchange.identity,
      error: exchange.error,
      status: exchange.status,
      scheduledMs: exchange.scheduledMs,
      sentMs: exchange.sentMs,
      endMs: exchange.endMs,
      firstByteMs: exchange.firstByteMs,
      bytesSent: exchange.connected ? exchange.bodyBytes : 0,
      bytesReceived: exchange.bytesReceived,
      outcome: exchange.outcome,
      phase: exchange.measured ? 'measured' : 'warm-up',
    })
    if (this.#closed !== null) setImmediate(() => this.#refill())
    else if (wasFull) setImmediate(() => this.#sendDue())
    this.#finishIfDone()
  }

  #expire(): void {
    const deadlineMs = monotonicMs() - this.#job.timeoutMs
    for (const exchange of this.#inFlight) {
      if (exchange.sentMs > deadlineMs) return
      exchange.cancel('timeout')
    }
  }

  #giveUp(): void {
    if (this.#closed !== null) this.#nextMs = undefined
    for (; this.#nextMs !== undefined; this.#advance()) this.counter.skipped(this.#nextMs >= this.#job.warmupMs)
    this.#finishIfDone()
  }

  #finishIfDone(): void {
    if (this.#nextMs === undefined && this.#inFlight.size === 0) this.#finish()
  }
}

function viewOf(body: Uint8Array): Buffer {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength)
}
