import http, { type RequestListener, type Server } from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { selfSigned } from '../../test/support/self-signed.js'
import { probeLatency, recoveryLimitMs } from './probe.js'

const certificate = selfSigned()
const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function serve(server: Server, scheme = 'http'): Promise<string> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

const ok: RequestListener = (_, response) => response.end('ok')
const target = (url: string) => ({ url, method: 'GET', headers: [], body: null })

test('single requests tell how fast a service is', async () => {
  expect(await probeLatency(target(await serve(http.createServer(ok))))).toBeGreaterThan(0)
})

test('a status and a refused connection come with what to change', async () => {
  const missing = await serve(http.createServer((_, response) => response.writeHead(404).end()))
  await expect(probeLatency(target(missing))).rejects.toThrow(/status 404 \(no such path: correct the URL\)/)
  const gone = await serve(http.createServer(ok))
  servers.pop()!.close()
  await expect(probeLatency(target(gone))).rejects.toThrow(/ECONNREFUSED \(nobody listens there\)/)
})

test('an abort is what it was aborted with, not a failure of the service', async () => {
  const url = await serve(http.createServer(() => {}))
  const signal = AbortSignal.abort(new Error('stop'))
  await expect(probeLatency({ ...target(url), signal })).rejects.toThrow('stop')
})

test.skipIf(certificate === null)('a certificate that nobody vouches for is accepted where that is said', async () => {
  const url = await serve(https.createServer({ ...certificate }, ok), 'https')
  await expect(probeLatency(target(url))).rejects.toThrow(/DEPTH_ZERO_SELF_SIGNED_CERT .* add --insecure/)
  expect(await probeLatency({ ...target(url), insecure: true })).toBeGreaterThan(0)
})

test('a service that takes seconds for a request has longer to recover', () => {
  expect([recoveryLimitMs(5), recoveryLimitMs(3000)]).toEqual([20_000, 60_000])
})
