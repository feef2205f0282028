import { DiagError } from '../../core/errors.js'

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 }
/** Node's timers end after 24.8 days: a longer one fires at once. */
const MOST_MS = 7 * 24 * 60 * UNIT_MS.m!

/** `10`, `10s`, `500ms` or `2m` in ms; a bare number is seconds. Throws a usage error that names `option`. */
export function parseDurationMs(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text.trim())
  if (match === null) {
    throw new DiagError('usage', `${option} got '${text}', wanted a duration`, `write ${option} 10s, 500ms or 2m`)
  }
  const ms = Number(match[1]) * UNIT_MS[match[2] ?? 's']!
  if (ms > MOST_MS)
    throw new DiagError('usage', `${option} got '${text}', wanted at most a week`, `write ${option} 10m`)
  return ms
}

/** As `parseDurationMs`, but 0 is refused. */
export function parsePositiveDurationMs(text: string, option: string, example: string): number {
  const ms = parseDurationMs(text, option)
  if (ms <= 0) throw new DiagError('usage', `${option} is 0`, `write ${option} ${example}`)
  return ms
}

/** As `parseDurationMs`, but a bare number is refused: where milliseconds are usual, 6 would be taken for 6 ms. 0 is 0 in any unit. */
export function parseDurationWithUnitMs(text: string, option: string): number {
  const ms = parseDurationMs(text, option)
  if (ms !== 0 && /[\d\s]$/.test(text)) {
    throw new DiagError(
      'usage',
      `${option} got '${text}' without a unit`,
      `write ${option} ${text.trim()}ms or ${text.trim()}s`,
    )
  }
  return ms
}
