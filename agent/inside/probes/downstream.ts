import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { SPAN_ERROR } from '../../../core/model/journal-layout.js'
import { nowMs } from '../clock.js'
import type { Observation, Undo } from '../observation.js'
import { beginStage, endStage } from '../pending-stages.js'
import { currentContext, type PendingStage } from '../request-context.js'

type ClientResponse = { once(event: 'close', listener: () => void): unknown; readonly complete: boolean }

/**
 * Times HTTP calls that a request makes to other services, to the end of their answer, as stage `downstream`:
 * node:http and node:https, and undici, which is also behind fetch().
 */
export function downstream({ recorder }: Observation): Undo {
  const calls = new WeakMap<object, PendingStage>()

  function begin(message: unknown): void {
    const context = currentContext()
    if (context === undefined || context.request === 0) return
    calls.set(requestOf(message), beginStage('downstream', context, nowMs(), Number.NaN))
  }

  function end(message: unknown, flags: number): void {
    const request = requestOf(message)
    const call = calls.get(request)
    if (call === undefined) return
    calls.delete(request)
    endStage(recorder, call, flags)
  }

  const succeeded = (message: unknown) => end(message, 0)
  const failed = (message: unknown) => end(message, SPAN_ERROR)
  const answered = (message: unknown) => {
    // "finish" is said when the headers are in; the answer ends when its body does.
    const { response } = message as { readonly response: ClientResponse }
    response.once('close', () => end(message, response.complete ? 0 : SPAN_ERROR))
  }
  const listeners = [
    // https://github.com/nodejs/undici/blob/main/docs/docs/api/DiagnosticsChannel.md
    ['undici:request:create', begin],
    ['undici:request:trailers', succeeded],
    ['undici:request:error', failed],
    // https://nodejs.org/docs/latest-v20.x/api/diagnostics_channel.html#http
    ['http.client.request.start', begin],
    ['http.client.request.error', failed],
    ['http.client.response.finish', answered],
  ] as const
  for (const [channel, listener] of listeners) subscribe(channel, listener)
  return () => {
    for (const [channel, listener] of listeners) unsubscribe(channel, listener)
    return true
  }
}

function requestOf(message: unknown): object {
  return (message as { readonly request: object }).request
}
