import { expect, test } from 'vitest'
import { SPAN_ERROR, SPAN_SYNC } from '../../core/model/recording.js'
import { ensureMlpModel } from '../../fixtures/service/devices/mlp-model.js'
import { startService, stopService, withDirectory } from './observed-service.js'
import { readRows } from './recorded-rows.js'

test.each(['onnx.mjs', 'onnx.cjs'])('%s: a model called without batch() is a batch and a model span', async (file) => {
  await withDirectory(async (models) => {
    const model = await ensureMlpModel({ inputWidth: 4, classes: 2, megabytes: 1 }, models)
    await withDirectory(async (directory) => {
      const service = await startService(file, directory, { args: [model] })
      expect(await (await fetch(service.url)).text()).toBe('3,2')
      expect(await stopService(service)).toMatchObject({ code: 0 })
      const { recording, spans } = await readRows(directory)
      const called = spans.filter(({ stage }) => stage === 'model')
      expect(called).toMatchObject([{ request: 0, batch: 0, flags: SPAN_SYNC, thread: 'main' }])
      const { batches, devices, events } = recording
      expect([batches.count, batches.size[0], batches.capacity[0]]).toEqual([1, 3, 0])
      expect(devices[batches.device[0]!]).toBe('onnxruntime')
      const modelCalls = [...events.kind.subarray(0, events.count)].filter(
        (kind) => events.kinds[kind] === 'model-call',
      )
      expect(modelCalls).toHaveLength(1)
    })
  })
})

test.each(['/fetch', '/get'])('a call to another service through %s is the downstream stage', async (path) => {
  await withDirectory(async (directory) => {
    const service = await startService('downstream.mjs', directory)
    expect(await (await fetch(service.url + path)).text()).toBe('other')
    await stopService(service)
    const { requests, spans } = await readRows(directory)
    const calls = spans.filter(({ stage }) => stage === 'downstream')
    expect(calls).toHaveLength(1)
    expect(requests[calls[0]!.request!]!.route).toBe(`GET ${path}`)
    expect(calls[0]!.endMs - calls[0]!.startMs).toBeGreaterThan(3)
  })
})

test('a failed call to another service is marked', async () => {
  await withDirectory(async (directory) => {
    const service = await startService('downstream.mjs', directory)
    expect((await fetch(`${service.url}/reset`)).status).toBe(502)
    await stopService(service)
    const { spans } = await readRows(directory)
    expect(spans.filter(({ stage }) => stage === 'downstream')).toMatchObject([{ flags: SPAN_ERROR }])
  })
})

test('every process of a cluster writes its own journal', async () => {
  await withDirectory(async (directory) => {
    const service = await startService('cluster.mjs', directory)
    const pids = new Set<string>()
    for (let i = 0; i < 6; i += 1) {
      pids.add(await (await fetch(service.url, { headers: { connection: 'close' } })).text())
    }
    expect(pids.size).toBe(2)
    expect(await stopService(service)).toMatchObject({ code: 0 })
    const { recording, requests } = await readRows(directory)
    expect(requests).toHaveLength(6)
    const recorded = recording.meta.processes.map(({ pid }) => String(pid))
    expect(recorded).toHaveLength(3)
    expect(recorded).toEqual(expect.arrayContaining([...pids]))
  })
})

test('an agent that runs alone samples the host and its process as well', async () => {
  await withDirectory(async (directory) => {
    const service = await startService('downstream.mjs', directory, { env: { INFER_DIAG_SAMPLERS: 'on' } })
    await new Promise((resolve) => setTimeout(resolve, 600))
    await stopService(service)
    const { recording } = await readRows(directory)
    const metrics = recording.samples.seriesInfo.map(({ metric }) => metric)
    expect(metrics).toEqual(expect.arrayContaining(['process.heapUsed', 'loop.utilization']))
    if (process.platform === 'linux') expect(metrics).toEqual(expect.arrayContaining(['host.cpu', 'process.rss']))
  })
})

test('the delay of the event loop is how late it is for a timer while something stops it', async () => {
  await withDirectory(async (directory) => {
    const service = await startService('blocking.mjs', directory)
    // The first samples come when starting is over.
    await new Promise((resolve) => setTimeout(resolve, 300))
    await (await fetch(service.url)).text()
    await new Promise((resolve) => setTimeout(resolve, 300))
    await stopService(service)
    const { samples } = (await readRows(directory)).recording
    const delay = samples.seriesInfo.findIndex(({ metric }) => metric === 'loop.delay')
    const valuesMs = [...samples.value].filter((_, i) => samples.series[i] === delay)
    // A timer of 100 ms was due within the first 100 of the 400 ms.
    expect(Math.max(...valuesMs)).toBeGreaterThan(290)
    expect(Math.min(...valuesMs)).toBeLessThan(100)
  })
})
