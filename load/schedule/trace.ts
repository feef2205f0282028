import { DiagError } from '../../core/errors.js'

/**
 * Arrival times from a CSV file: one arrival a line, as an ISO 8601 timestamp, or as a number of seconds or
 * milliseconds (offsets or Unix time). Not supported: quoted fields that contain the separator.
 *
 * A first line without a number is a header: it picks the column whose name says time, and a name that ends in `ms` makes
 * plain numbers milliseconds; otherwise the first column counts and plain numbers are seconds. `12.5ms` and `3s` say
 * their unit themselves. Empty lines and lines that begin with `#` are skipped.
 */
const TIME_COLUMN = /time|timestamp|arriv|offset|^ts|^t$|^t_/i
const NUMBER = /^([+-]?\d+(?:\.\d*)?(?:e[+-]?\d+)?)\s*(ms|s)?$/i
const ISO = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(\.\d+)?\s*(Z|[+-]\d{2}:?\d{2})?$/

type Format = { readonly separator: RegExp; readonly column: number; readonly unit: 'ms' | 's' }

/**
 * Ms since the first arrival, ascending (a log is often written in order of completion, so the lines are sorted).
 * Throws a usage DiagError with the line number where a line has no time in it.
 *
 * @param source what to call the text in errors: the file's name
 */
export function parseArrivalTrace(text: string, source: string): Float64Array {
  const lines = text
    .split(/\r?\n/)
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'))
  const separator = /[,;\t]/
  const header = lines[0] && headerFormat(lines[0].line, separator)
  const format = header ?? { separator, column: 0, unit: 's' }
  const timesMs = (header ? lines.slice(1) : lines).map(({ line, number }) => {
    const field = fieldOf(line, format)
    const ms = timeMs(field, format.unit)
    if (ms === null || !Number.isFinite(ms)) throw notATime(`${source}:${number}`, field)
    return ms
  })
  if (timesMs.length === 0) {
    throw new DiagError(
      'usage',
      `${source} holds no arrival times`,
      'write one timestamp a line, in seconds or ISO 8601',
    )
  }
  const sorted = Float64Array.from(timesMs).sort()
  const firstMs = sorted[0] as number
  return sorted.map((ms) => ms - firstMs)
}

/** Null when the line is a row, not a header. */
function headerFormat(line: string, separator: RegExp): Format | null {
  const names = line.split(separator).map(unquoted)
  if (names.some((name) => /^[+-]?\d/.test(name))) return null
  const column = Math.max(
    0,
    names.findIndex((name) => TIME_COLUMN.test(name)),
  )
  return { separator, column, unit: /(^|[^a-z])ms\W*$|Ms$/.test(names[column] ?? '') ? 'ms' : 's' }
}

function fieldOf(line: string, format: Format): string {
  return unquoted(line.split(format.separator)[format.column] ?? '')
}

function unquoted(field: string): string {
  return field.trim().replace(/^"(.*)"$/, '$1')
}

function timeMs(field: string, unit: 'ms' | 's'): number | null {
  const number = NUMBER.exec(field)
  if (number !== null) {
    return Number(number[1]) * ((number[2]?.toLowerCase() ?? unit) === 'ms' ? 1 : 1000)
  }
  const iso = ISO.exec(field)
  if (iso === null) return null
  // Date.parse drops what is finer than a millisecond, so the fraction is added to the whole second.
  const wholeMs = Date.parse(`${iso[1]}T${iso[2]}${iso[4] ?? 'Z'}`)
  return Number.isNaN(wholeMs) ? null : wholeMs + Number(iso[3] ?? 0) * 1000
}

function notATime(place: string, field: string): DiagError {
  return new DiagError(
    'usage',
    `${place}: expected a time, got ${field === '' ? 'nothing' : JSON.stringify(field.slice(0, 60))}`,
    'write one arrival a line: seconds (1.25), milliseconds (1250ms) or ISO 8601 (2026-01-31T12:00:00.250Z)',
  )
}
