import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, fetch } from 'undici'
import { errorCodeOf, explained } from '../../load/index.js'
import type { RequestPlan, ServicePlan } from './plan.js'

const CONNECT_TIMEOUT_MS = 1000
const PROBE_TIMEOUT_MS = 2000
const POLL_MS = 50

export type Readiness =
  | { readonly kind: 'ready'; readonly afterMs: number }
  | { readonly kind: 'not-listening' }
  /** It accepts connections, but the readiness URL never answered 2xx. `last`: what it answered instead. */
  | { readonly kind: 'not-ready'; readonly last: string }

/**
 * Waits until the URL's port accepts connections and, where given, `readyUrl` answers 2xx; at most `limitMs`.
 * Rejects with the signal's reason when aborted.
 */
export async function waitUntilReady(
  { url, insecure }: Pick<RequestPlan, 'url' | 'insecure'>,
  readyUrl: URL | null,
  limitMs: number,
  signal: AbortSignal,
): Promise<Readiness> {
  const startedMs = performance.now()
  const left = (): number => limitMs - (performance.now() - startedMs)
  while (!(await acceptsConnections(url))) {
    if (left() <= 0) return { kind: 'not-listening' }
    await sleep(POLL_MS, undefined, { signal }).catch(() => signal.throwIfAborted())
  }
  if (readyUrl === null) return { kind: 'ready', afterMs: performance.now() - startedMs }
  for (;;) {
    const answer = await probe(readyUrl, insecure, signal)
    if (answer === 'ok') return { kind: 'ready', afterMs: performance.now() - startedMs }
    if (left() <= 0) return { kind: 'not-ready', last: answer }
    await sleep(POLL_MS, undefined, { signal }).catch(() => signal.throwIfAborted())
  }
}

/** Why a readiness URL that was asked counts as not ready. */
export function neverReady({ readyUrl, readyTimeoutMs }: ServicePlan, last: string): string {
  return `${readyUrl} never answered 2xx within ${readyTimeoutMs / 1000} s: the last answer was ${last}`
}

/** What a recording keeps of a readiness URL that answered 2xx; null when none was asked. */
export function answered(readyUrl: URL | null, afterMs: number): { url: string; afterMs: number } | null {
  return readyUrl === null ? null : { url: readyUrl.href, afterMs }
}

/** Whether something accepts TCP connections where the URL points. */
export function acceptsConnections(url: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostOf(url), port: portOf(url), timeout: CONNECT_TIMEOUT_MS })
    const finish = (accepts: boolean) => {
      socket.destroy()
      resolve(accepts)
    }
    socket.once('connect', () => finish(true))
    socket.once('timeout', () => finish(false))
    socket.once('error', () => finish(false))
  })
}

async function probe(url: URL, insecure: boolean, signal: AbortSignal): Promise<'ok' | string> {
  const dispatcher = new Agent({ connect: { rejectUnauthorized: !insecure } })
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(PROBE_TIMEOUT_MS)])
    const response = await fetch(url, { dispatcher, signal: within })
    await response.arrayBuffer()
    return response.ok ? 'ok' : `status ${response.status}`
  } catch (error) {
    signal.throwIfAborted()
    return error instanceof Error && error.name === 'TimeoutError' ? 'no answer in time' : connectionError(error)
  } finally {
    void dispatcher.destroy()
  }
}

/** fetch hides what happened in `cause`. */
function connectionError(error: unknown): string {
  const code = errorCodeOf(error instanceof Error && error.cause instanceof Error ? error.cause : error)
  return `a connection error, ${explained(code)}`
}

/** The port that a URL means, its scheme's default included. */
export function portOf(url: URL): number {
  return url.port !== '' ? Number(url.port) : url.protocol === 'https:' ? 443 : 80
}

/** The host without the brackets that a URL puts around an IPv6 address. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

/** Whether the URL names this machine by loopback, so that its processes can be looked up here. */
export function isLoopback(url: URL): boolean {
  const host = hostOf(url)
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127\./.test(host)
}
