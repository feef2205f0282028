import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseHeaders } from './header.js'
import { parseRequest } from './request.js'

let directory = ''
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'request-'))
  writeFileSync(join(directory, 'body.json'), '{"x":1}')
  writeFileSync(join(directory, 'body.bin'), Uint8Array.of(1, 2, 3))
})
afterAll(() => rmSync(directory, { recursive: true }))

const url = 'http://127.0.0.1:3000/predict'

describe('parseRequest', () => {
  it('is a GET without a body', () => {
    const request = parseRequest({ url, header: [] })
    expect(request).toMatchObject({ method: 'GET', headers: {}, body: null })
    expect(request.url.href).toBe(url)
  })

  it('refuses a URL with a password, and does not repeat it', () => {
    const named = () => parseRequest({ url: 'http://me:secret@127.0.0.1:3000/' })
    expect(named).toThrow('--url has a user name in it, which is not sent')
    expect(named).not.toThrow('secret')
  })

  it('is a POST of application/json with a .json body', () => {
    const request = parseRequest({ url, header: [], body: join(directory, 'body.json') })
    expect(request).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/json' } })
    expect(Buffer.from(request.body ?? []).toString()).toBe('{"x":1}')
  })

  it('sends any other file as octets', () => {
    const { headers } = parseRequest({ url, header: [], body: join(directory, 'body.bin') })
    expect(headers['content-type']).toBe('application/octet-stream')
  })

  it('keeps a given method and content type', () => {
    const body = join(directory, 'body.json')
    const request = parseRequest({ url, method: 'put', header: ['Content-Type: text/plain; a=b'], body })
    expect(request).toMatchObject({ method: 'PUT', headers: { 'content-type': 'text/plain; a=b' } })
  })

  it.each([
    [{ header: [] }, '--url is missing'],
    [{ url: 'localhost', header: [] }, "--url got 'localhost', wanted a URL"],
    [{ url: 'ftp://x/', header: [] }, "--url got 'ftp://x/', wanted http:// or https://"],
    [{ url, header: [], method: 'GET /' }, "--method got 'GET /', wanted an HTTP method"],
    [{ url, header: [], body: '/no/such' }, 'cannot read --body /no/such: no such file'],
    [{ url, header: [], body: '/' }, 'cannot read --body /: it is a directory'],
  ])('refuses %j', (options, message) => {
    expect(() => parseRequest(options)).toThrow(expect.objectContaining({ code: 'usage', message }))
  })

  it('refuses a body on GET', () => {
    const body = join(directory, 'body.json')
    expect(() => parseRequest({ url, method: 'GET', header: [], body })).toThrow('a GET request cannot carry --body')
  })
})

describe('parseHeaders', () => {
  it('lower-cases names and trims values, which may hold colons', () => {
    expect(parseHeaders(['X-Time:  12:30 ', 'accept:*/*'])).toEqual({ 'x-time': '12:30', accept: '*/*' })
  })

  it.each(['nothing', ': value', 'a b: c', 'x: 1\r\ny: 2'])('refuses %j', (line) => {
    expect(() => parseHeaders([line])).toThrow("wanted 'Name: value'")
  })
})
