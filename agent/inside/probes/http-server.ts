import http from 'node:http'
import https from 'node:https'
import { loopIdleMs, nowMs } from '../clock.js'
import { HttpExchange } from '../http-exchange.js'
import type { Observation } from '../observation.js'
import { requestContext } from '../request-context.js'

const EXCHANGE = Symbol('infer-diag.exchange')
type Observed = { [EXCHANGE]?: HttpExchange }
type Emitter = { emit(event: string | symbol, ...rest: unknown[]): boolean }
type Answering = { end(...rest: unknown[]): unknown }

/**
 * Follows every request of node:http and node:https servers (not node:http2). Events of a request and its response
 * are emitted in the request's context, which they would otherwise lose: the HTTP parser and the socket emit them.
 */
export function httpServer(observation: Observation): void {
  followServer(http.Server.prototype as Emitter, observation)
  followServer(https.Server.prototype as Emitter, observation)
  followMessages(http.IncomingMessage.prototype as Emitter)
  followResponses(http.ServerResponse.prototype as unknown as Emitter & Answering)
}

function followServer(prototype: Emitter, observation: Observation): void {
  const emit = prototype.emit
  prototype.emit = function (this: object, event, ...rest) {
    if (event !== 'request' && event !== 'checkContinue') return emit.call(this, event, ...rest)
    const [request, response] = rest as [http.IncomingMessage & Observed, http.ServerResponse & Observed]
    // A server may be handed requests that no parser made; those have no socket to read.
    if (!(request instanceof http.IncomingMessage) || !(response instanceof http.ServerResponse) || !request.socket) {
      return emit.call(this, event, ...rest)
    }
    const exchange = new HttpExchange(observation, request, response)
    request[EXCHANGE] = exchange
    response[EXCHANGE] = exchange
    return requestContext.run(exchange.context, () => emit.call(this, event, ...rest))
  }
}

function followMessages(prototype: Emitter): void {
  const emit = prototype.emit
  prototype.emit = function (this: Observed, event, ...rest) {
    const exchange = this[EXCHANGE]
    if (exchange === undefined) return emit.call(this, event, ...rest)
    if (event === 'data') exchange.bodyChunk(rest[0])
    else if (event === 'end') exchange.bodyEnd()
    return inContext(exchange, () => emit.call(this, event, ...rest))
  }
}

function followResponses(prototype: Emitter & Answering): void {
  const emit = prototype.emit
  prototype.emit = function (this: Observed, event, ...rest) {
    const exchange = this[EXCHANGE]
    if (exchange === undefined) return emit.call(this, event, ...rest)
    if (event === 'finish') exchange.finished()
    else if (event === 'close') exchange.closed()
    return inContext(exchange, () => emit.call(this, event, ...rest))
  }
  const end = prototype.end
  prototype.end = function (this: Observed, ...rest) {
    const exchange = this[EXCHANGE]
    if (exchange === undefined) return end.apply(this, rest)
    const atMs = nowMs()
    const idleMs = loopIdleMs()
    const result = end.apply(this, rest)
    exchange.answered(atMs, idleMs)
    return result
  }
}

function inContext<T>(exchange: HttpExchange, fn: () => T): T {
  return requestContext.getStore() === exchange.context ? fn() : requestContext.run(exchange.context, fn)
}
