import { once } from 'node:events'
import http2 from 'node:http2'
import https from 'node:https'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { selfSigned } from '../support/self-signed.js'
import { startService, stopService, withDirectory } from './observed-service.js'
import { readRows } from './recorded-rows.js'

const certificate = selfSigned()

test.skipIf(certificate === null)(
  'of a node:http2 server the agent follows what comes by HTTP/1.1, not HTTP/2',
  async () => {
    await withDirectory(async (directory) => {
      const env = { KEY: certificate!.key, CERT: certificate!.cert }
      const service = await startService('http2-allowing-http1.mjs', directory, { env })
      const url = service.url.replace('http:', 'https:')
      const request = https
        .request(`${url}/one`, { method: 'POST', rejectUnauthorized: false, agent: false })
        .end('body')
      const [response] = await once(request, 'response')
      expect(await text(response)).toBe('over 1.1')
      const session = http2.connect(url, { rejectUnauthorized: false })
      expect(await text(session.request({ ':path': '/two' }).end())).toBe('over 2.0')
      session.close()
      await stopService(service)
      const { requests, spans } = await readRows(directory)
      expect(requests).toMatchObject([{ route: 'POST /one', status: 200, bytesIn: 4 }])
      expect(spans.map(({ stage }) => stage).sort()).toEqual(['handler', 'network-in', 'network-out'])
    })
  },
)
