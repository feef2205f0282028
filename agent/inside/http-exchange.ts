import type { IncomingMessage, ServerResponse } from 'node:http'
import { REQUEST_ABORTED, SPAN_CONTAINER, SPAN_ERROR } from '../../core/model/journal-layout.js'
import type { Ticket } from './api.js'
import { loopIdleMs, nowMs } from './clock.js'
import type { Observation } from './observation.js'
import { giveUpStages } from './pending-stages.js'
import { RequestContext } from './request-context.js'
import { readHeaders } from './request-headers.js'

/** Shorter than this, parts of an answer, or a wait for the client to take them, are of no account. */
const AT_ONCE_MS = 1
/** A client that makes a large answer wait again and again says no more with each time. */
const MOST_HELD = 32

// Captured before the service can replace it with a fake one.
const nextTick = process.nextTick

/** One HTTP request from its first line to the end of its response, as the server sees it. */
export class HttpExchange {
  readonly context: RequestContext
  readonly #observation: Observation
  readonly #response: ServerResponse
  readonly #socket: IncomingMessage['socket']
  readonly #method: string
  readonly #url: string
  readonly #headers: ReturnType<typeof readHeaders>
  readonly #startMs: number
  readonly #startIdleMs: number
  readonly #bytesWrittenBefore: number
  #bodyBytes = 0
  #bodySeen = false
  #answerMs = Number.NaN
  #answerIdleMs = Number.NaN
  #over = false
  /** The first write of a body; NaN = none. */
  #streamMs = Number.NaN
  #streamIdleMs = Number.NaN
  /** What was written has left before the answer ended: node holds it back until the code that writes returns. */
  #inParts = false
  /** Since when the client takes no more of it; NaN = it does. */
  #heldMs = Number.NaN
  #heldIdleMs = Number.NaN
  #timesHeld = 0

  constructor(observation: Observation, request: IncomingMessage, response: ServerResponse) {
    this.#startMs = nowMs()
    this.#startIdleMs = loopIdleMs()
    this.#observation = observation
    this.#response = response
    this.#socket = request.socket
    this.#bytesWrittenBefore = request.socket.bytesWritten
    this.#headers = readHeaders(request.rawHeaders)
    this.#method = String(request.method)
    this.#url = request.url ?? ''
    this.context = new RequestContext(observation.recorder.nextRequest(), 0)
    observation.inFlight += 1
    observation.serves = true
  }

  bodyChunk(chunk: unknown): void {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) this.#bodyBytes += chunk.length
  }

  /** The service has read the body to its end. Node discards an unread body after the answer; that is no reading. */
  bodyEnd(): void {
    if (this.#bodySeen || !this.#headers.hasBody || !Number.isNaN(this.#answerMs)) return
    this.#bodySeen = true
    const { recorder } = this.#observation
    recorder.asyncSpan('network-in', this.context, 0, this.#startMs, nowMs(), this.#bytesIn(), this.#startIdleMs)
  }

  /** `response.write()` is called. */
  writes(chunk: unknown): void {
    if (!Number.isNaN(this.#streamMs) || this.#over || !hasLength(chunk)) return
    this.#streamMs = nowMs()
    this.#streamIdleMs = loopIdleMs()
    nextTick(() => {
      this.#inParts = Number.isNaN(this.#answerMs)
    })
  }

  /** It was told to wait, since the client has not taken what was written before. */
  held(): void {
    if (!Number.isNaN(this.#heldMs) || this.#over || this.#timesHeld === MOST_HELD) return
    this.#heldMs = nowMs()
    this.#heldIdleMs = loopIdleMs()
  }

  /** The client has taken what was written. */
  drained(): void {
    this.#endHold(nowMs())
  }

  /** `response.end()` was called at this time and accepted. Later calls change nothing. */
  answered(atMs: number, idleMs: number): void {
    if (this.#over || !Number.isNaN(this.#answerMs)) return
    this.#endHold(atMs)
    this.#answerMs = atMs
    this.#answerIdleMs = idleMs
  }

  /** The response is with the operating system. */
  finished(): void {
    this.#complete(0)
  }

  /** The connection is closed; without a finished response the request was aborted. */
  closed(): void {
    this.#complete(REQUEST_ABORTED)
  }

  #complete(flags: number): void {
    if (this.#over) return
    this.#over = true
    const endMs = nowMs()
    const { recorder } = this.#observation
    const response = this.#response
    const bytesOut = this.#socket.bytesWritten - this.#bytesWrittenBefore
    const error = flags === REQUEST_ABORTED ? SPAN_ERROR : 0
    if (flags === REQUEST_ABORTED) giveUpStages(recorder, this.context)
    if (this.context.tickets !== undefined) this.#giveUpWaiting(this.context.tickets, endMs)
    const endIdleMs = loopIdleMs()
    this.#endHold(endMs)
    const answered = !Number.isNaN(this.#answerMs)
    const handlerEndMs = answered ? this.#answerMs : endMs
    const handlerIdleMs = answered ? this.#answerIdleMs : endIdleMs
    recorder.spanWithIdle(
      'handler',
      this.context,
      SPAN_CONTAINER | (answered ? 0 : error),
      this.#startMs,
      handlerEndMs,
      Number.NaN,
      handlerIdleMs,
      handlerIdleMs - this.#startIdleMs,
    )
    if (this.#inParts && handlerEndMs - this.#streamMs >= AT_ONCE_MS) {
      const idleMs = handlerIdleMs - this.#streamIdleMs
      const streamed = [this.#streamMs, handlerEndMs, Number.NaN, handlerIdleMs, idleMs] as const
      recorder.spanWithIdle('stream', this.context, answered ? 0 : error, ...streamed)
    }
    if (answered) {
      const idleMs = endIdleMs - handlerIdleMs
      recorder.spanWithIdle('network-out', this.context, error, handlerEndMs, endMs, bytesOut, endIdleMs, idleMs)
    }
    recorder.request({
      method: this.#method,
      url: this.#url,
      flags,
      status: response.headersSent ? response.statusCode : 0,
      request: this.context.request,
      startMs: this.#startMs,
      endMs,
      bytesIn: this.#bytesIn(),
      bytesOut,
      parentIdHigh: this.#headers.parentIdHigh,
      parentIdLow: this.#headers.parentIdLow,
    })
    this.#observation.inFlight -= 1
  }

  #endHold(atMs: number): void {
    if (Number.isNaN(this.#heldMs)) return
    const [fromMs, idleMs] = [this.#heldMs, this.#heldIdleMs]
    this.#heldMs = Number.NaN
    if (atMs - fromMs < AT_ONCE_MS) return
    this.#timesHeld++
    this.#observation.recorder.asyncSpan('network-out', this.context, 0, fromMs, atMs, Number.NaN, idleMs)
  }

  #giveUpWaiting(waiting: readonly Ticket[], endMs: number): void {
    const { recorder, tickets } = this.#observation
    for (const ticket of waiting) {
      // Given up while it waited: no batch will tell of this wait.
      if (!tickets.release(ticket)) continue
      const waited = [ticket.enqueuedMs, endMs, Number.NaN, Number.NaN, Number.NaN] as const
      recorder.spanWithIdle('queue', this.context, SPAN_ERROR, ...waited)
    }
  }

  #bytesIn(): number {
    const { contentLength, hasBody } = this.#headers
    if (!Number.isNaN(contentLength)) return contentLength
    return hasBody ? this.#bodyBytes : 0
  }
}

function hasLength(chunk: unknown): boolean {
  return (typeof chunk === 'string' || chunk instanceof Uint8Array) && chunk.length > 0
}
