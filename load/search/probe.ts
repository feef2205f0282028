import { request } from 'undici'
import { DiagError } from '../../core/errors.js'
import type { LoadOptions } from '../options.js'

export type ProbeTarget = Pick<LoadOptions, 'url' | 'method' | 'headers' | 'body' | 'signal'>

const PROBES = 5
const PROBE_TIMEOUT_MS = 30_000
/** The first answer may pay for a cold start. */
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

/** Waits until a service that was overloaded answers as it did at rest; false when it did not within 20 s. */
export async function recovered(target: ProbeTarget, restMs: number, limitMs: number): Promise<boolean> {
  const fromMs = performance.now()
  const calmMs = Math.max(limitMs / 2, 3 * restMs)
  for (let calm = 0; calm < RECOVERED; ) {
    if (performance.now() - fromMs > RECOVERY_LIMIT_MS) return false
    const tookMs = await probe(target).catch(() => Number.POSITIVE_INFINITY)
    calm = tookMs <= calmMs ? calm + 1 : 0
  }
  return true
}

async function probe({ url, method, headers, body, signal }: ProbeTarget): Promise<number> {
  const fromMs = performance.now()
  let status: number
  try {
    const timeout = AbortSignal.timeout(PROBE_TIMEOUT_MS)
    const response = await request(url, {
      method: method as 'GET',
      headers: headers.flat(),
      body,
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    })
    await response.body.dump()
    status = response.statusCode
  } catch (error) {
    signal?.throwIfAborted()
    throw unanswered(error instanceof Error ? error.message : String(error))
  }
  if (status >= 300 || status < 200) throw unanswered(`status ${status}`)
  return performance.now() - fromMs
}

function unanswered(how: string): DiagError {
  return new DiagError('void', `a single request was not answered well: ${how}`, 'check the URL, --method and --body')
}
