/** What the agent reads of a request's headers; values of all others are never looked at. */
export type RequestHeaders = {
  /** NaN without a Content-Length. */
  readonly contentLength: number
  readonly hasBody: boolean
  /** The parent-id of `traceparent`; both 0 when there is none or it is malformed. */
  readonly parentIdHigh: number
  readonly parentIdLow: number
}

// https://www.w3.org/TR/trace-context/#traceparent-header-field-values
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-([0-9a-f]{8})([0-9a-f]{8})-[0-9a-f]{2}/

/** Reads Node's flat `rawHeaders` (name, value, name, ...): cheaper than making it parse `headers` for us. */
export function readHeaders(rawHeaders: readonly string[]): RequestHeaders {
  let contentLength = Number.NaN
  let chunked = false
  let parent: RegExpExecArray | null = null
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string
    const value = rawHeaders[i + 1] as string
    if (name.length === 11 && name.toLowerCase() === 'traceparent') parent = TRACEPARENT.exec(value)
    else if (name.length === 14 && name.toLowerCase() === 'content-length') contentLength = Number(value)
    else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') chunked = true
  }
  return {
    contentLength,
    hasBody: chunked || contentLength > 0,
    parentIdHigh: parent === null ? 0 : Number.parseInt(parent[1] as string, 16),
    parentIdLow: parent === null ? 0 : Number.parseInt(parent[2] as string, 16),
  }
}
