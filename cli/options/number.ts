import { DiagError } from '../../core/errors.js'

/** A number above zero. Throws a usage error that names `option`. */
export function parsePositive(text: string, option: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
    throw new DiagError('usage', `${option} got '${text}', wanted a number above 0`, `write for example ${option} 50`)
  }
  return value
}

/** An integer from 0. Throws a usage error that names `option`. */
export function parseCount(text: string, option: string): number {
  if (!/^\d{1,15}$/.test(text.trim())) {
    throw new DiagError('usage', `${option} got '${text}', wanted a whole number`, `write for example ${option} 1`)
  }
  return Number(text)
}
