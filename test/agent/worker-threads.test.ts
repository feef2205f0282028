import { expect, test } from 'vitest'
import { startService, stopService, withDirectory } from './observed-service.js'
import { readRows } from './recorded-rows.js'

test('work posted to a worker thread belongs to the request that posted it', async () => {
  await withDirectory(async (directory) => {
    const service = await startService('worker-batch.mjs', directory)
    for (let pair = 0; pair < 3; pair += 1) {
      await Promise.all([fetch(`${service.url}/a`), fetch(`${service.url}/b`)].map(async (sent) => (await sent).text()))
    }
    expect(await stopService(service)).toMatchObject({ code: 0 })
    const { recording, requests, spans } = await readRows(directory)
    expect(recording.gaps).toEqual([])
    expect(recording.threads).toMatchObject([
      { name: 'main', kind: 'main' },
      { name: 'worker 2', kind: 'worker' },
    ])
    expect([...recording.batches.size.subarray(0, recording.batches.count)]).toEqual([2, 2, 2])
    expect(requests).toHaveLength(6)
    for (let row = 0; row < requests.length; row += 1) {
      const own = spans.filter((span) => span.request === row)
      expect(own.map(({ stage, thread }) => `${stage} ${thread}`).sort()).toEqual([
        'handler main',
        'model worker 2',
        'network-out main',
        'preprocess worker 2',
        'queue worker 2',
      ])
      const [queue, model] = ['queue', 'model'].map((name) => own.find(({ stage }) => stage === name)!)
      expect(queue!.startMs).toBeGreaterThanOrEqual(requests[row]!.startMs)
      expect(model!.endMs).toBeLessThanOrEqual(requests[row]!.endMs)
    }
  })
})
