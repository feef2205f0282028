import { expect, test } from 'vitest'
import { readHeaders } from './request-headers.js'

const TRACE = '0af7651916cd43dd8448eb211c80319c'

test('the parent-id of a traceparent is read whatever the case of the header name', () => {
  const headers = readHeaders(['Host', 'x', 'TraceParent', `00-${TRACE}-b7ad6b7169203331-01`])
  expect([headers.parentIdHigh, headers.parentIdLow]).toEqual([0xb7ad6b71, 0x69203331])
})

test.each([
  ['too short', `00-${TRACE}-b7ad6b71-01`],
  ['not hexadecimal', `00-${TRACE}-zzzzzzzzzzzzzzzz-01`],
  ['empty', ''],
])('a malformed traceparent joins nothing: %s', (_what, value) => {
  expect(readHeaders(['traceparent', value])).toMatchObject({ parentIdHigh: 0, parentIdLow: 0 })
})

test('a request has a body when its length says so or it comes in chunks', () => {
  expect(readHeaders(['Content-Length', '12'])).toMatchObject({ contentLength: 12, hasBody: true })
  expect(readHeaders(['Content-Length', '0'])).toMatchObject({ contentLength: 0, hasBody: false })
  expect(readHeaders(['Transfer-Encoding', 'chunked'])).toMatchObject({ contentLength: Number.NaN, hasBody: true })
  expect(readHeaders([])).toMatchObject({ contentLength: Number.NaN, hasBody: false })
})
