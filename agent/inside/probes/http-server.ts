import http from 'node:http'
import tls from 'node:tls'
import { loopIdleMs, nowMs } from '../clock.js'
import { HttpExchange } from '../http-exchange.js'
import type { Observation, Undo } from '../observation.js'
import { replaceMethod, undoAll } from '../replaced-method.js'
import { currentContext, runInContext } from '../request-context.js'

const EXCHANGE = Symbol('infer-diag.exchange')
type Observed = { [EXCHANGE]?: HttpExchange }
type EmitArguments = [event: string | symbol, ...rest: unknown[]]
type Emitter = { emit(...args: EmitArguments): boolean; listenerCount(event: string | symbol): number }
type Answering = { write(...rest: unknown[]): unknown; end(...rest: unknown[]): unknown }

/**
 * Follows every request of node:http and node:https servers, and those that a node:http2 server takes by HTTP/1.1
 * (`allowHTTP1`), not HTTP/2. Events of a request and its response are emitted in the request's context, which they would
 * otherwise lose: the HTTP parser and the socket emit them.
 */
export function httpServer(observation: Observation): Undo {
  const undos = [
    followServer(http.Server.prototype as Emitter, observation),
    // What the secure servers of node:https and node:http2 have in common.
    followServer(tls.Server.prototype as Emitter, observation),
    followEvents(http.IncomingMessage.prototype as Emitter, noteRequest),
    followEvents(http.ServerResponse.prototype as unknown as Emitter, noteResponse),
    followWrites(http.ServerResponse.prototype as unknown as Answering),
    followEnds(http.ServerResponse.prototype as unknown as Answering),
  ]
  return () => undoAll(undos)
}

function followServer(prototype: Emitter, observation: Observation): Undo {
  return replaceMethod(
    prototype,
    'emit',
    (emit) =>
      function (this: object, ...args) {
        const [event, request, response] = args as [
          string,
          http.IncomingMessage & Observed,
          http.ServerResponse & Observed,
        ]
        if (event !== 'request' && event !== 'checkContinue') return Reflect.apply(emit, this, args)
        // A server may be handed requests that no parser made; those have no socket to read.
        if (
          !(request instanceof http.IncomingMessage) ||
          !(response instanceof http.ServerResponse) ||
          !request.socket
        ) {
          return Reflect.apply(emit, this, args)
        }
        const exchange = new HttpExchange(observation, request, response)
        request[EXCHANGE] = exchange
        response[EXCHANGE] = exchange
        return runInContext(exchange.context, Reflect.apply<object, EmitArguments, boolean>, emit, this, args)
      },
  )
}

/** `note` is told of every event of a message of an exchange, with its first argument. */
function followEvents(
  prototype: Emitter,
  note: (exchange: HttpExchange, event: string | symbol, first: unknown) => void,
): Undo {
  return replaceMethod(
    prototype,
    'emit',
    (emit) =>
      function (this: Emitter & Observed, ...args) {
        const exchange = this[EXCHANGE]
        if (exchange === undefined) return Reflect.apply(emit, this, args)
        note(exchange, args[0], args[1])
        return emitInContext(exchange, emit, this, args)
      },
  )
}

function noteRequest(exchange: HttpExchange, event: string | symbol, first: unknown): void {
  if (event === 'data') exchange.bodyChunk(first)
  else if (event === 'end') exchange.bodyEnd()
}

function noteResponse(exchange: HttpExchange, event: string | symbol): void {
  if (event === 'finish') exchange.finished()
  else if (event === 'drain') exchange.drained()
  else if (event === 'close') exchange.closed()
}

function followWrites(prototype: Answering): Undo {
  return replaceMethod(
    prototype,
    'write',
    (write) =>
      function (this: Observed, ...rest) {
        const exchange = this[EXCHANGE]
        if (exchange === undefined) return Reflect.apply(write, this, rest)
        exchange.writes(rest[0])
        const result = Reflect.apply(write, this, rest)
        if (result === false) exchange.held()
        return result
      },
  )
}

function followEnds(prototype: Answering): Undo {
  return replaceMethod(
    prototype,
    'end',
    (end) =>
      function (this: Observed, ...rest) {
        const exchange = this[EXCHANGE]
        if (exchange === undefined) return end.apply(this, rest)
        const atMs = nowMs()
        const idleMs = loopIdleMs()
        const result = end.apply(this, rest)
        exchange.answered(atMs, idleMs)
        return result
      },
  )
}

function emitInContext(exchange: HttpExchange, emit: Emitter['emit'], self: Emitter, args: EmitArguments): boolean {
  // Of the eight events of a plain request and its answer, two have listeners.
  if (self.listenerCount(args[0]) === 0 || currentContext() === exchange.context) return Reflect.apply(emit, self, args)
  return runInContext(exchange.context, Reflect.apply<object, EmitArguments, boolean>, emit, self, args)
}
