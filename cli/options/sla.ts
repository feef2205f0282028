import { DiagError } from '../../core/errors.js'
import type { Sla } from '../../core/model/recording-meta.js'

const EXAMPLE = 'write it like --sla p95=120ms,errors=0.1%'
const P95_EXAMPLE = 'write it like --sla p95=120ms'
const TARGETS = 'p50, p90, p95, p99, ttft.p50, ttft.p90, ttft.p95, ttft.p99 or errors'

/**
 * Parses the SLA grammar: comma-separated `p<percentile>=<duration>` (`p95=120ms`, `p99.9=1s`), the same of the time to the
 * first byte (`ttft.p95=300ms`), and `errors=<share>` (`0.1%`, or a fraction such as `0.001`). Throws a usage error that says
 * which part is wrong.
 */
export function parseSla(text: string): Sla {
  const limits = { whole: new Map<number, number>(), ttft: new Map<number, number>() }
  let errorRate: number | null = null
  for (const part of text.split(',')) {
    const [name, value, ...rest] = part.split('=').map((piece) => piece.trim())
    if (!name || !value || rest.length > 0) throw wrong(`'${part.trim()}' is not <target>=<limit>`)
    if (name === 'errors') {
      if (errorRate !== null) throw wrong('errors is given twice')
      errorRate = parseShare(value)
      continue
    }
    const { of, percentile } = parseTarget(name)
    if (limits[of].has(percentile)) throw wrong(`${name} is given twice`)
    limits[of].set(percentile, parseLimitMs(name, value))
  }
  const { whole, ttft } = limits
  return {
    p95Ms: whole.get(0.95) ?? null,
    errorRate,
    percentiles: listed(whole),
    ...(ttft.size > 0 && { ttft: listed(ttft) }),
  }
}

/** For what simulates whole answers only: the p95. Throws a usage error where there is none, and for a target that it cannot judge. */
export function parseSlaP95Ms(text: string): number {
  const { p95Ms, ttft } = parseSla(text)
  if (ttft !== undefined) {
    throw new DiagError('usage', '--sla: no simulation predicts the time to the first byte (ttft)', P95_EXAMPLE)
  }
  if (p95Ms === null) throw new DiagError('usage', `--sla got '${text}', wanted a p95`, P95_EXAMPLE)
  return p95Ms
}

function parseTarget(name: string): { of: 'whole' | 'ttft'; percentile: number } {
  const match = /^(ttft\.)?p(\d{1,2}(?:\.\d{1,3})?)$/.exec(name)
  const percent = Number(match?.[2] ?? 0)
  if (match === null || percent <= 0) throw wrong(`unknown target '${name}', wanted ${TARGETS}`)
  // 99.9 / 100 is 0.9990000000000001: a percentile is compared and shown, so it is rounded to what was written.
  return { of: match[1] === undefined ? 'whole' : 'ttft', percentile: Number((percent / 100).toFixed(6)) }
}

function listed(limits: ReadonlyMap<number, number>) {
  return [...limits].map(([percentile, limitMs]) => ({ percentile, limitMs }))
}

function parseLimitMs(name: string, value: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s)$/.exec(value)
  const limitMs = Number(match?.[1] ?? 0) * (match?.[2] === 's' ? 1000 : 1)
  if (match === null || limitMs <= 0) throw wrong(`${name} got '${value}', wanted a time such as 120ms or 1.5s`)
  return limitMs
}

function parseShare(value: string): number {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(value)
  const share = Number(match?.[1] ?? Number.NaN) / (match?.[2] === '%' ? 100 : 1)
  if (!(share >= 0 && share <= 1)) throw wrong(`errors got '${value}', wanted a share such as 0.1% or 0.001`)
  return share
}

function wrong(fact: string): DiagError {
  return new DiagError('usage', `--sla: ${fact}`, EXAMPLE)
}
