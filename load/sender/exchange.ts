import type { Dispatcher } from 'undici'
import type { Outcome } from '../../core/model/recording.js'
import { monotonicMs } from '../clock.js'
import { failureOf } from './failure.js'
import type { Identity } from './traceparent.js'

/** One request and what became of it. The response's body is counted and dropped. */
export class Exchange implements Dispatcher.DispatchHandler {
  /** Place in the schedule, over all senders. */
  readonly number: number
  readonly identity: Identity
  readonly scheduledMs: number
  readonly sentMs: number
  readonly measured: boolean
  readonly bodyBytes: number
  /** The request had been given to an open connection. */
  connected = false
  status = 0
  /** The first byte of the answer's body, of its head where it has none; NaN = no response. */
  firstByteMs = Number.NaN
  endMs = Number.NaN
  bytesReceived = 0
  outcome: Outcome = 'aborted'
  /** Why there is no complete response; '' = there is one. */
  error = ''
  readonly #onBegun: (exchange: Exchange) => void
  readonly #onSettled: (exchange: Exchange) => void
  #settled = false
  #controller: Dispatcher.DispatchController | undefined

  constructor(
    request: Pick<Exchange, 'number' | 'identity' | 'scheduledMs' | 'sentMs' | 'measured' | 'bodyBytes'>,
    onBegun: (exchange: Exchange) => void,
    onSettled: (exchange: Exchange) => void,
  ) {
    this.number = request.number
    this.identity = request.identity
    this.scheduledMs = request.scheduledMs
    this.sentMs = request.sentMs
    this.measured = request.measured
    this.bodyBytes = request.bodyBytes
    this.#onBegun = onBegun
    this.#onSettled = onSettled
  }

  /** Ends it from this side; the connection is closed, as HTTP/1.1 has no other way to take a request back. */
  cancel(outcome: 'timeout' | 'aborted'): void {
    this.#settle(outcome, outcome)
    this.#controller?.abort(new Error(outcome))
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Cancelled while it waited for its connection: it must not be sent any more.
    if (this.#settled) {
      controller.abort(new Error(this.outcome))
      return
    }
    this.#controller = controller
    this.connected = true
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200) return
    this.status = status
    this.firstByteMs = monotonicMs()
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    // What comes after it was cancelled is nobody's.
    if (this.#settled) return
    const isFirst = this.bytesReceived === 0
    if (isFirst) this.firstByteMs = monotonicMs()
    this.bytesReceived += chunk.length
    if (isFirst) this.#onBegun(this)
  }

  onResponseEnd(): void {
    this.#settle(this.status < 300 ? 'ok' : 'http-error', '')
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const failure = failureOf(error, this.connected)
    this.#settle(failure.outcome, failure.code)
  }

  #settle(outcome: Outcome, error: string): void {
    if (this.#settled) return
    this.#settled = true
    this.outcome = outcome
    this.error = error
    this.endMs = monotonicMs()
    this.#onSettled(this)
  }
}
