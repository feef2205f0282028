import { DiagError } from '../../core/errors.js'
import type { Sla } from '../../core/model/recording-meta.js'

const EXAMPLE = 'write it like --sla p95=120ms,errors=0.1%'

/**
 * Parses the SLA grammar: comma-separated `p<percentile>=<duration>` (`p95=120ms`, `p99.9=1s`) and
 * `errors=<share>` (`0.1%`, or a fraction such as `0.001`). Throws a usage error that says which part is wrong.
 */
export function parseSla(text: string): Sla {
  const percentiles = new Map<number, number>()
  let errorRate: number | null = null
  for (const part of text.split(',')) {
    const [name, value, ...rest] = part.split('=').map((piece) => piece.trim())
    if (!name || !value || rest.length > 0) throw wrong(`'${part.trim()}' is not <target>=<limit>`)
    if (name === 'errors') {
      if (errorRate !== null) throw wrong('errors is given twice')
      errorRate = parseShare(value)
      continue
    }
    const percentile = parsePercentile(name)
    if (percentiles.has(percentile)) throw wrong(`${name} is given twice`)
    percentiles.set(percentile, parseLimitMs(name, value))
  }
  return {
    p95Ms: percentiles.get(0.95) ?? null,
    errorRate,
    percentiles: [...percentiles].map(([percentile, limitMs]) => ({ percentile, limitMs })),
  }
}

function parsePercentile(name: string): number {
  const match = /^p(\d{1,2}(?:\.\d{1,3})?)$/.exec(name)
  const percent = Number(match?.[1] ?? 0)
  if (match === null || percent <= 0) throw wrong(`unknown target '${name}', wanted p50, p90, p95, p99 or errors`)
  // 99.9 / 100 is 0.9990000000000001: a percentile is compared and shown, so it is rounded to what was written.
  return Number((percent / 100).toFixed(6))
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
