import { DiagError } from '../../core/errors.js'

// RFC 9110 section 5.6.2: a field name is a token.
const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/** `Name: value` lines as lower-cased names to values. Throws a usage error. */
export function parseHeaders(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase()
    const value = line.slice(colon + 1).trim()
    if (colon < 0 || !FIELD_NAME.test(name) || /[\r\n\0]/.test(value)) {
      throw new DiagError('usage', `--header got '${line}', wanted 'Name: value'`, `write --header 'X-Model: small'`)
    }
    headers[name] = value
  }
  return headers
}
