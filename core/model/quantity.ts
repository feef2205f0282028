/** Numbers as people read them, the same in the terminal, the report and every sentence. */
import type { Unit } from './evidence.js'

export const NOT_MEASURED = 'not measured'

/** A duration for a person: `3.4 µs`, `0.38 ms`, `4.2 ms`, `141 ms`, `1.38 s`, `12.4 s`, `3.5 min`. */
export function formatMs(ms: number): string {
  const size = Math.abs(ms)
  if (size === 0) return '0 ms'
  if (size < 0.00005) return ms > 0 ? '<0.1 µs' : '>-0.1 µs'
  if (size < 0.00995) return `${shortNumber(ms * 1000)} µs`
  if (size < 0.995) return `${significant(ms, 2)} ms`
  if (size < 999.5) return `${shortNumber(ms)} ms`
  if (size < 9995) return `${Math.round(ms / 10) / 100} s`
  if (size < 99_950) return `${Math.round(ms / 100) / 10} s`
  if (size < 120_000) return `${Math.round(ms / 1000)} s`
  return `${shortNumber(ms / 60_000)} min`
}

/** A short duration beside others, all in one unit: `7.5 µs`, `11.3 µs`. */
export function formatUs(ms: number): string {
  return `${(1000 * ms).toFixed(1)} µs`
}

/** `126 to 148 ms`, `0.9 ms to 1.2 s`, or `about 10 s` when the ends look the same. */
export function formatRange([lowMs, highMs]: readonly [number, number]): string {
  const [low, high] = [formatMs(lowMs), formatMs(highMs)]
  if (low === high) return `about ${low}`
  const [number, unit] = low.split(' ')
  return high.endsWith(` ${unit}`) ? `${number} to ${high}` : `${low} to ${high}`
}

/** A percentile given as a fraction: `p95`, `p99.9`. */
export function formatPercentile(percentile: number): `p${number}` {
  return `p${Number((percentile * 100).toFixed(4))}`
}

/** A fraction 0..1 as a percentage: `0.4 %`, `4.2 %`, `45 %`. */
export function formatPercent(fraction: number): string {
  const percent = fraction * 100
  if (percent !== 0 && Math.abs(percent) < 0.05) return `${percent > 0 ? '<0.1' : '>-0.1'} %`
  const rounded = Math.abs(percent) < 9.95 ? Math.round(percent * 10) / 10 : Math.round(percent)
  return `${rounded} %`
}

/** A fraction that is larger than `limit`, whatever its sign, so that it shows: `15.2 %` for 0.152 beyond 0.15. */
export function formatPercentBeyond(fraction: number, limit: number): string {
  const text = formatPercent(fraction)
  if (text !== formatPercent(Math.sign(fraction) * limit)) return text
  return `${(Math.sign(fraction) * Math.ceil(Math.abs(fraction) * 1000)) / 10} %`
}

/** How far a relative error (-0.2 = a fifth too low) is on which side: `20 % below`, `3.1 % above`, `equal to`. */
export function formatDeviation(relative: number): string {
  if (Math.abs(relative) < 0.0005) return 'equal to'
  return `${formatPercent(Math.abs(relative))} ${relative < 0 ? 'below' : 'above'}`
}

/** A count or a rate, with thousands separators: `2,816`; a mean such as 2.87 keeps one digit, and `0.0001` is not 0. */
export function formatCount(count: number): string {
  if (!Number.isInteger(count) && Math.abs(count) < 0.95) return significant(count, 2)
  const rounded = Number.isInteger(count) || Math.abs(count) >= 100 ? Math.round(count) : Math.round(count * 10) / 10
  return rounded.toLocaleString('en-US')
}

/** Decimal bytes: `512 B`, `4.5 kB`, `452 kB`, `1.2 GB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (Math.abs(value) >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 ? Math.round(value) : shortNumber(value)} ${units[unit]}`
}

/** A value of one of the units that evidence and metrics use; an unknown unit is printed after the number. */
export function formatValue(value: number, unit: Unit | (string & {})): string {
  if (!Number.isFinite(value)) return NOT_MEASURED
  if (unit === 'ms') return formatMs(value)
  if (unit === 'fraction') return formatPercent(value)
  if (unit === 'bytes') return formatBytes(value)
  if (unit === 'bytes/s') return `${formatBytes(value)}/s`
  if (unit === 'count' || unit === '') return formatCount(value)
  const number =
    Math.abs(value) < 0.995
      ? significant(value, 2)
      : Math.abs(value) < 999.5
        ? shortNumber(value)
        : formatCount(Math.round(value))
  if (unit === 'cores') return `${number} ${number === '1' ? 'core' : 'cores'}`
  return `${number} ${unit}`
}

/** `formatMs`, or "not measured" for null and NaN. */
export function formatOptionalMs(ms: number | null): string {
  return ms === null || !Number.isFinite(ms) ? NOT_MEASURED : formatMs(ms)
}

/** `1 request`, `12 requests`. */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : /(ch|ss)$/.test(noun) ? 'es' : 's'}`
}

function shortNumber(value: number): string {
  return Math.abs(value) < 9.95 ? String(Math.round(value * 10) / 10) : String(Math.round(value))
}

function significant(value: number, digits: number): string {
  return value === 0 ? '0' : String(Number(value.toPrecision(digits)))
}
