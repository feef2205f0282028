import type { Delta } from './comparison.js'

/** Two signed differences in one unit, with the digits that the larger one can carry: `-3.7 to -3.6 ms`. */
export function formatDifference([low, high]: readonly [number, number], unit: Delta['unit']): string {
  const { factor, name } = scaleOf(unit, Math.max(Math.abs(low), Math.abs(high)))
  const [from, to] = [low * factor, high * factor]
  const size = Math.max(Math.abs(from), Math.abs(to))
  const digits = size < 0.995 ? 2 : size < 9.95 ? 1 : 0
  return `${signed(from, digits)} to ${signed(to, digits)}${name}`
}

function scaleOf(unit: Delta['unit'], size: number): { factor: number; name: string } {
  if (unit === 'fraction') return { factor: 100, name: ' %' }
  if (unit === 'rps') return { factor: 1, name: '/s' }
  if (size < 0.00995) return { factor: 1000, name: ' µs' }
  return size < 999.5 ? { factor: 1, name: ' ms' } : { factor: 0.001, name: ' s' }
}

function signed(value: number, digits: number): string {
  const text = value.toFixed(digits)
  if (Number(text) === 0) return '0'
  return value > 0 ? `+${text}` : text
}
