import { availableParallelism } from 'node:os'
import { DiagError } from '../core/errors.js'
import { type Arrivals, isClosed } from './schedule/arrivals.js'

export type LoadOptions = {
  /** http or https; HTTP/1.1. Redirects are not followed: they count by their status. */
  readonly url: string
  readonly method: string
  /** Sent as they are, with `traceparent` added (one given here is replaced). */
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Buffer | null
  /** Requests a second; ignored with a trace and in a closed loop. */
  readonly rate: number
  readonly arrivals: Arrivals
  readonly seed: number
  /** Sent first and reported apart. */
  readonly warmupMs: number
  readonly durationMs: number
  /** How long a request may take from when it was sent. Default 30,000. */
  readonly timeoutMs?: number
  /** Recording directory for the journals, created when it is missing; null: the requests are not written down. */
  readonly dir: string | null
  /** Sender threads. Default: one for every 4,000 requests a second, up to the number of cores. */
  readonly senders?: number
  /** Accept certificates that nobody vouches for. */
  readonly insecure?: boolean
  /** Ends the run early: what was recorded stays valid, what is under way is recorded as `aborted`. */
  readonly signal?: AbortSignal
  /** Ends the schedule early: nothing more is sent, what is under way may finish. The run counts as a whole one. */
  readonly enough?: AbortSignal
}

const DEFAULT_TIMEOUT_MS = 30_000
/** What one sender thread manages with small bodies at a comfortable send lag: test/bench/send-lag.mjs. */
const RATE_PER_SENDER = 4000
/** https://www.rfc-editor.org/rfc/rfc9110#name-tokens */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** Owned by the connection, not by a request: undici refuses them. */
const CONNECTION_HEADERS = ['transfer-encoding', 'keep-alive', 'upgrade', 'connection', 'content-length', 'expect']

/** The options with their defaults, checked. */
export type LoadPlan = Omit<LoadOptions, 'url' | 'signal' | 'enough' | 'timeoutMs' | 'senders' | 'insecure'> & {
  readonly url: URL
  readonly timeoutMs: number
  readonly senders: number
  readonly insecure: boolean
  /** No request is due at or after this offset. */
  readonly untilMs: number
}

/** Throws a usage DiagError that names the first option that cannot be. */
export function planLoad(options: LoadOptions): LoadPlan {
  const { arrivals, rate, warmupMs, durationMs } = options
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS
  if (typeof arrivals === 'string') positive('rate', rate, 'requests a second, as in 200')
  positive('duration', durationMs, 'a time, as in 20s')
  positive('timeout', timeoutMs, 'a time, as in 30s')
  if (!(warmupMs >= 0 && Number.isFinite(warmupMs))) throw wrong('warm-up', warmupMs, 'a time, as in 5s')
  if (isClosed(arrivals) && !(Number.isInteger(arrivals.concurrency) && arrivals.concurrency >= 1)) {
    throw wrong('concurrency', arrivals.concurrency, 'a whole number, as in 16')
  }
  const trace = typeof arrivals === 'object' && 'trace' in arrivals ? arrivals.trace : null
  const untilMs = trace === null ? warmupMs + durationMs : traceEndMs(trace, options)
  const senders = options.senders ?? defaultSenders(arrivals, trace === null ? rate : meanRate(trace))
  if (!(Number.isInteger(senders) && senders >= 1)) throw wrong('senders', senders, 'a whole number, as in 2')
  const method = options.method.toUpperCase()
  if (!TOKEN.test(method)) throw new DiagError('usage', `not an HTTP method: ${options.method}`, 'give GET or POST')
  const headers = options.headers.filter(([name]) => name.toLowerCase() !== 'traceparent')
  for (const [name, value] of headers) checkHeader(name, value)
  return {
    ...options,
    method,
    headers,
    url: checkedUrl(options.url),
    timeoutMs,
    senders,
    insecure: options.insecure ?? false,
    untilMs,
  }
}

function traceEndMs(trace: Float64Array, { warmupMs, durationMs }: LoadOptions): number {
  const lastMs = trace.at(-1) ?? Number.NaN
  if (!(lastMs >= warmupMs)) {
    const got = trace.length === 0 ? 'the trace is empty' : `the trace ends after ${(lastMs / 1000).toFixed(1)} s`
    throw new DiagError('usage', `${got}, within the warm-up of ${warmupMs / 1000} s`, 'shorten the warm-up')
  }
  // The last arrival belongs to the run.
  return Math.min(warmupMs + durationMs, lastMs + 1)
}

function meanRate(trace: Float64Array): number {
  return (1000 * trace.length) / Math.max(1000, trace.at(-1) ?? 0)
}

function defaultSenders(arrivals: Arrivals, rate: number): number {
  // A closed loop never falls behind: one sender will do until its loop is full.
  if (isClosed(arrivals)) return 1
  return Math.max(1, Math.min(Math.ceil(rate / RATE_PER_SENDER), availableParallelism()))
}

function checkedUrl(text: string): URL {
  const hint = 'give the whole address, as in http://127.0.0.1:8080/predict'
  if (!URL.canParse(text)) throw new DiagError('usage', `not a URL: ${text}`, hint)
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new DiagError('usage', `the load generator speaks http and https, got ${url.protocol}//`, hint)
  }
  if (url.username !== '' || url.password !== '') {
    throw new DiagError('usage', 'a URL with a user name is not sent', "use --header 'authorization: Basic ...'")
  }
  return url
}

function checkHeader(name: string, value: string): void {
  if (CONNECTION_HEADERS.includes(name.toLowerCase())) {
    throw new DiagError('usage', `the client sets the header ${name} itself`, `leave out ${name}`)
  }
  if (!TOKEN.test(name) || /[^\t\x20-\x7e\x80-\xff]/.test(value)) {
    throw new DiagError('usage', `not a valid HTTP header: ${JSON.stringify(name)}`, 'write it as name: value')
  }
}

function positive(option: string, value: number, example: string): void {
  if (!(value > 0 && Number.isFinite(value))) throw wrong(option, value, example)
}

function wrong(option: string, value: number, example: string): DiagError {
  return new DiagError('usage', `${option} must be a positive number, got ${value}`, `give ${example}`)
}
