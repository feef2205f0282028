import { Agent, request } from 'undici'
import { DiagError } from '../../core/errors.js'
import { formatMs } from '../../core/model/quantity.js'
import { explained, NO_ANSWER_HINT } from '../explanations.js'
import type { LoadOptions } from '../options.js'
import { errorCodeOf } from '../sender/failure.js'

export type ProbeTarget = Pick<LoadOptions, 'url' | 'method' | 'headers' | 'body' | 'signal' | 'timeoutMs' | 'insecure'>

const PROBES = 5
/** At least: the first answer may pay for a cold start. */
const PROBE_TIMEOUT_MS = 30_000
/** Whose time does not count. */
const FIRST = 1

/**
 * The median latency of requests sent one after the other: what the service takes when nobody waits for anybody. Throws a
 * void DiagError when they fail, since then every level would.
 */
export async function probeLatency(target: ProbeTarget): Promise<number> {
  const latencies: number[] = []
  for (let i = 0; i < PROBES + FIRST; i++) latencies.push(await probe(target))
  const warm = latencies.slice(FIRST).sort((a, b) => a - b)
  return warm[Math.floor(warm.length / 2)]!
}

const RECOVERED = 2
const RECOVERY_LIMIT_MS = 20_000
/** Of a service that takes seconds for a request, so many of them. */
const RECOVERY_REQUESTS = 20

export function recoveryLimitMs(restMs: number): number {
  return Math.max(RECOVERY_LIMIT_MS, RECOVERY_REQUESTS * restMs)
}

/** Waits until a service that was overloaded answers as it did at rest; false when it did not within `recoveryLimitMs`. */
export async function recovered(target: ProbeTarget, restMs: number, limitMs: number): Promise<boolean> {
  const fromMs = performance.now()
  const calmMs = Math.max(limitMs / 2, 3 * restMs)
  for (let calm = 0; calm < RECOVERED; ) {
    if (performance.now() - fromMs > recoveryLimitMs(restMs)) return false
    const tookMs = await probe(target).catch(() => Number.POSITIVE_INFINITY)
    calm = tookMs <= calmMs ? calm + 1 : 0
  }
  return true
}

async function probe({ url, method, headers, body, signal, timeoutMs, insecure }: ProbeTarget): Promise<number> {
  const fromMs = performance.now()
  const longestMs = Math.max(PROBE_TIMEOUT_MS, timeoutMs ?? 0)
  const timeout = AbortSignal.timeout(longestMs)
  const dispatcher = new Agent({ connect: { rejectUnauthorized: insecure !== true } })
  let status: number
  try {
    const response = await request(url, {
      method: method as 'GET',
      headers: headers.flat(),
      body,
      dispatcher,
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    })
    await response.body.dump()
    status = response.statusCode
  } catch (error) {
    signal?.throwIfAborted()
    if (timeout.aborted) throw unanswered(`nothing within ${formatMs(longestMs)}`, NO_ANSWER_HINT)
    throw unanswered(explained(errorCodeOf(error)))
  } finally {
    void dispatcher.destroy()
  }
  if (status >= 300 || status < 200) throw unanswered(explained(`status ${status}`))
  return performance.now() - fromMs
}

function unanswered(how: string, hint = 'check the URL, --method and --body'): DiagError {
  return new DiagError('void', `a single request was not answered well: ${how}`, hint)
}
