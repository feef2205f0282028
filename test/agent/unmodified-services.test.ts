import { expect, test } from 'vitest'
import { SPAN_CONTAINER, SPAN_SYNC } from '../../core/model/recording.js'
import { startService, stopService, withDirectory } from './observed-service.js'
import { readRows } from './recorded-rows.js'

const REQUESTS = 8
const body = JSON.stringify(Array.from({ length: 5000 }, (_, i) => i / 3))
const services = ['plain-http', 'express', 'fastify'].flatMap((name) => [`${name}.mjs`, `${name}.cjs`])

test.each(services)('%s is recorded without a changed line: every stage of every request', async (file) => {
  await withDirectory(async (directory) => {
    const service = await startService(file, directory)
    for (let i = 0; i < REQUESTS; i += 1) {
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(`${service.url}/predict?secret=${i}`, { method: 'POST', headers, body })
      expect(response.status).toBe(200)
      expect(await response.json()).toHaveLength(5000)
    }
    expect(await stopService(service)).toMatchObject({ code: 0, signal: null })
    expect(service.output().stderr).toBe('')

    const { recording, requests, spans } = await readRows(directory)
    expect(recording.gaps).toEqual([])
    expect(recording.threads.map(({ name }) => name)).toEqual(['main'])
    expect(requests).toHaveLength(REQUESTS)
    requests.forEach((request, row) => {
      expect(request).toMatchObject({ route: 'POST /predict', status: 200, bytesIn: body.length })
      expect(request.bytesOut).toBeGreaterThan(body.length / 2)
      const own = spans
        .filter((span) => span.request === row)
        .sort((a, b) => a.startMs - b.startMs || b.endMs - a.endMs)
      const names = ['handler', 'network-in', 'deserialize', 'serialize', 'network-out']
      expect(own.map(({ stage }) => stage)).toEqual(names)
      const [handler, networkIn, deserialize, serialize, networkOut] = own as [Own, Own, Own, Own, Own]
      expect(handler).toMatchObject({ flags: SPAN_CONTAINER, startMs: request.startMs })
      expect(handler.loopIdleMs).toBeGreaterThanOrEqual(0)
      expect(networkIn).toMatchObject({ flags: 0, startMs: request.startMs, bytes: body.length })
      expect(deserialize).toMatchObject({ flags: SPAN_SYNC, bytes: body.length, loopIdleMs: Number.NaN })
      expect(serialize.startMs).toBeGreaterThanOrEqual(deserialize.endMs)
      expect(networkOut).toMatchObject({ startMs: handler.endMs, endMs: request.endMs })
    })
  })
})

type Own = Awaited<ReturnType<typeof readRows>>['spans'][number]

test('the loop, the heap and the requests in flight are sampled while the service runs', async () => {
  await withDirectory(async (directory) => {
    const service = await startService('plain-http.mjs', directory)
    await fetch(service.url, { method: 'POST', body })
    await new Promise((resolve) => setTimeout(resolve, 350))
    await stopService(service)
    const { recording } = await readRows(directory)
    const metrics = recording.samples.seriesInfo.map(({ metric, instance }) => `${metric} ${instance}`.trim())
    expect(metrics.sort()).toEqual([
      'loop.delay main',
      'loop.fixedWork main',
      'loop.utilization main',
      'process.heapUsed',
      'requests.inFlight main',
    ])
  })
})
