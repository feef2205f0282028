import type { Outcome } from '../../core/model/recording.js'

/** How a request without a complete response ended, and the error code for the record. */
export type Failure = { readonly outcome: Outcome; readonly code: string }

const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EACCES',
])
const TOO_LATE = new Set(['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])

/** Limits of this machine, not of the service: the client could not open a connection. */
export const LOCAL_LIMITS: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS', 'ENOMEM'])

/** `connected`: the request had been given to an open connection. */
export function failureOf(error: Error, connected: boolean): Failure {
  const code = errorCodeOf(error)
  if (TOO_LATE.has(code)) return { outcome: 'timeout', code }
  if (!connected || NEVER_CONNECTED.has(code)) return { outcome: 'refused', code }
  return { outcome: 'reset', code }
}

/** A host with several addresses fails with one error that holds one for each. */
export function errorCodeOf(error: unknown): string {
  const inner = error instanceof AggregateError ? error.errors[0] : undefined
  if (inner instanceof Error) return errorCodeOf(inner)
  if (!(error instanceof Error)) return String(error)
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
