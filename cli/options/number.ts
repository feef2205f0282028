import { DiagError } from '../../core/errors.js'
import { formatCount } from '../../core/model/quantity.js'

/** Larger ones are typing errors, and too many digits for a table. */
const MOST = 1e9
/** No machine sends more requests a second; a longer schedule would keep it busy with what it never sends. */
const MOST_SENT_RPS = 1e6

/** A number above zero. Throws a usage error that names `option`. */
export function parsePositive(text: string, option: string, most = MOST): number {
  const value = Number(text)
  if (text.trim() === '' || Number.isNaN(value) || value <= 0 || value > most) {
    const wanted = value > most ? `at most ${formatCount(most)}` : 'a number above 0'
    throw new DiagError('usage', `${option} got '${text}', wanted ${wanted}`, `write for example ${option} 50`)
  }
  return value
}

/** A rate to send at, in requests a second. Throws a usage error that names `option`. */
export function parseSentRate(text: string, option: string): number {
  return parsePositive(text, option, MOST_SENT_RPS)
}

/** An integer from 0. Throws a usage error that names `option`. */
export function parseCount(text: string, option: string): number {
  if (!/^\d{1,15}$/.test(text.trim())) {
    throw new DiagError('usage', `${option} got '${text}', wanted a whole number`, `write for example ${option} 1`)
  }
  return Number(text)
}
