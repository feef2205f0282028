import type { Unit } from '../../core/model/evidence.js'

/** What stands for a value that was not measured. */
export const MISSING = '–'

/** A duration with the digits that a reader can use: `0.42 ms`, `4.2 ms`, `143 ms`, `1.53 s`. */
export function formatMs(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return MISSING
  const size = Math.abs(ms)
  if (size === 0) return '0 ms'
  if (size < 0.01) return '<0.01 ms'
  if (size < 0.995) return `${ms.toFixed(2)} ms`
  if (size < 9.95) return `${ms.toFixed(1)} ms`
  if (size < 999.5) return `${ms.toFixed(0)} ms`
  if (size < 9995) return `${(ms / 1000).toFixed(2)} s`
  return `${(ms / 1000).toFixed(1)} s`
}

/** A share of 1 as per cent: `0.05 %`, `7 %`, `100 %`. */
export function formatShare(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return MISSING
  const percent = share * 100
  if (percent === 0) return '0 %'
  if (Math.abs(percent) < 0.01) return '<0.01 %'
  if (Math.abs(percent) < 0.995) return `${Number(percent.toPrecision(2))} %`
  return `${percent.toFixed(0)} %`
}

/** A count or a rate: `0.83`, `4.2`, `57`, `12,345`. */
export function formatCount(count: number | null): string {
  if (count === null || !Number.isFinite(count)) return MISSING
  if (Number.isInteger(count) || Math.abs(count) >= 99.95) return Math.round(count).toLocaleString('en-US')
  return Math.abs(count) < 1 ? count.toFixed(2) : count.toFixed(1)
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** Decimal bytes: `512 B`, `4.2 kB`, `450 kB`. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null || !Number.isFinite(bytes)) return MISSING
  let value = bytes
  let unit = 0
  while (Math.abs(value) >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit > 0 && Math.abs(value) < 9.95 ? value.toFixed(1) : value.toFixed(0)} ${BYTE_UNITS[unit]}`
}

/** An evidence value in its unit. */
export function formatValue(value: number, unit: Unit): string {
  switch (unit) {
    case 'ms':
      return formatMs(value)
    case 'fraction':
      return formatShare(value)
    case 'bytes':
      return formatBytes(value)
    case 'bytes/s':
      return `${formatBytes(value)}/s`
    case 'rps':
      return `${formatCount(value)} requests/s`
    case 'cores':
      return `${formatCount(value)} cores`
    case 'count':
      return formatCount(value)
  }
}
