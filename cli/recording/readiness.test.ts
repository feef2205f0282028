import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { selfSigned } from '../../test/support/self-signed.js'
import { acceptsConnections, hostOf, isLoopback, portOf, waitUntilReady } from './readiness.js'

const certificate = selfSigned()
const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function listen(statuses: number[]): Promise<URL> {
  const server = createServer((_, response) => {
    response.statusCode = statuses.length > 1 ? statuses.shift()! : statuses[0]!
    response.end()
  })
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
}

async function unusedUrl(): Promise<URL> {
  const url = await listen([200])
  const server = servers.pop()!
  server.close()
  await once(server, 'close')
  return url
}

const never = new AbortController().signal

describe('waitUntilReady', () => {
  it('is satisfied by a port that accepts connections', async () => {
    expect(await waitUntilReady({ url: await listen([500]), insecure: false }, null, 1000, never)).toMatchObject({
      kind: 'ready',
    })
  })

  it('waits for the readiness URL to answer 2xx', async () => {
    const url = await listen([503, 503, 204])
    expect(await waitUntilReady({ url, insecure: false }, url, 5000, never)).toMatchObject({ kind: 'ready' })
  })

  it('gives up with the last answer', async () => {
    const url = await listen([503])
    expect(await waitUntilReady({ url, insecure: false }, url, 150, never)).toEqual({
      kind: 'not-ready',
      last: 'status 503',
    })
  })

  it.skipIf(certificate === null)('says why TLS fails, and passes over it when told to', async () => {
    const server = createSecureServer({ ...certificate }, (_, response) => response.end())
    servers.push(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    const refused = await waitUntilReady({ url, insecure: false }, url, 150, never)
    expect(refused).toMatchObject({ last: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT (its certificate') })
    expect(await waitUntilReady({ url, insecure: true }, url, 5000, never)).toMatchObject({ kind: 'ready' })
  })

  it('gives up when nothing listens', async () => {
    const url = await unusedUrl()
    expect(await acceptsConnections(url)).toBe(false)
    expect(await waitUntilReady({ url, insecure: false }, null, 100, never)).toEqual({ kind: 'not-listening' })
  })

  it('stops waiting when aborted', async () => {
    const controller = new AbortController()
    const waiting = waitUntilReady({ url: await unusedUrl(), insecure: false }, null, 30_000, controller.signal)
    controller.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
  })
})

describe('what a URL points to', () => {
  it('knows default ports and IPv6 hosts', () => {
    expect(portOf(new URL('http://x/'))).toBe(80)
    expect(portOf(new URL('https://x/'))).toBe(443)
    expect(hostOf(new URL('http://[::1]:3000/'))).toBe('::1')
  })

  it('knows loopback by its names', () => {
    const loopback = (url: string) => isLoopback(new URL(url))
    expect(['http://localhost/', 'http://127.0.0.9/', 'http://[::1]/', 'http://a.localhost/'].every(loopback)).toBe(
      true,
    )
    expect(['http://example.com/', 'http://10.0.0.1/', 'http://localhost.example.com/'].some(loopback)).toBe(false)
  })
})
