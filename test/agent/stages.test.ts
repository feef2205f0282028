import { expect, test } from 'vitest'
import { SPAN_ERROR, SPAN_SYNC } from '../../core/model/recording.js'
import { startService, stopService, withDirectory } from './observed-service.js'
import { readRows } from './recorded-rows.js'

test.each(['stages.mjs', 'stages.cjs'])('%s: stages return and throw what their function does', async (file) => {
  await withDirectory(async (directory) => {
    const service = await startService(file, directory)
    const ask = async (path: string) => (await fetch(service.url + path)).json()
    expect(await ask('/sync')).toEqual({ value: 42 })
    expect(await ask('/async')).toEqual({ value: 42 })
    expect(await ask('/throws')).toEqual({ same: true })
    expect(await ask('/rejects')).toEqual({ same: true })
    expect(await ask('/nested')).toEqual({ inner: 'inner value' })
    expect(await ask('/batch')).toEqual({ value: 'scores', request: true })
    expect(await stopService(service)).toMatchObject({ code: 0 })
    expect(service.output().stderr).not.toMatch(/unhandled|MaxListeners/i)

    const { recording, requests, spans } = await readRows(directory)
    const routeOf = (request: number | null) => (request === null ? '' : requests[request]!.route)
    const stageOf = (stage: string) => {
      const found = spans.filter((span) => span.stage === stage)
      expect(found).toHaveLength(1)
      return found[0]!
    }
    expect(stageOf('sync-stage')).toMatchObject({ flags: SPAN_SYNC, bytes: 12 })
    expect(routeOf(stageOf('sync-stage').request)).toBe('GET /sync')
    expect(stageOf('async-stage')).toMatchObject({ flags: 0 })
    expect(stageOf('async-stage').endMs - stageOf('async-stage').startMs).toBeGreaterThan(3)
    expect(stageOf('throwing-stage')).toMatchObject({ flags: SPAN_SYNC | SPAN_ERROR })
    expect(stageOf('rejecting-stage')).toMatchObject({ flags: SPAN_ERROR })
    const [outer, inner] = [stageOf('outer'), stageOf('inner')]
    expect(inner.request).toBe(outer.request)
    expect(inner.startMs).toBeGreaterThan(outer.startMs)
    expect(inner.endMs).toBeLessThan(outer.endMs)

    const [queue, model] = [stageOf('queue'), stageOf('model')]
    expect(routeOf(model.request)).toBe('GET /batch')
    expect(queue).toMatchObject({ request: model.request, batch: 0, endMs: model.startMs })
    expect(model.batch).toBe(0)
    const { batches } = recording
    expect(batches.count).toBe(1)
    expect([batches.size[0], batches.capacity[0], batches.reason[0], batches.maxWaitMs[0]]).toEqual([1, 4, 2, 2])
    expect(recording.devices[batches.device[0]!]).toBe('gpu0')
    expect(recording.meta.pipeline).toMatchObject({ maxBatch: { value: 4 }, name: { value: 'stages' } })
    const gauge = recording.samples.seriesInfo.find(({ metric }) => metric === 'device.utilization')
    expect(gauge).toMatchObject({ instance: 'accelerator', simulated: true })
  })
})

test('senseless arguments do not make a call fail', async () => {
  await withDirectory(async (directory) => {
    const service = await startService('stages.mjs', directory)
    expect(await (await fetch(`${service.url}/senseless`)).json()).toEqual({ values: [1, 2, 3, 4, 5] })
    expect(await stopService(service)).toMatchObject({ code: 0 })
    const { recording } = await readRows(directory)
    expect(recording.stages).toContain('undefined')
    expect([recording.batches.size[0], recording.batches.capacity[0]]).toEqual([1, 0])
  })
})

test('a device that tells when it ran is believed, unless that cannot be', async () => {
  await withDirectory(async (directory) => {
    const service = await startService('stages.mjs', directory)
    await (await fetch(`${service.url}/device`)).json()
    await stopService(service)
    const { spans } = await readRows(directory)
    const [told, ...untold] = spans.filter(({ stage }) => stage === 'model')
    const waits = spans.filter(({ stage }) => stage === 'queue')
    expect(told!.endMs - told!.startMs).toBeCloseTo(1, 3)
    expect(waits[0]!.endMs).toBe(told!.startMs)
    // They waited for at least 10 ms before the call, and would seem to have for ages by the clock of the wall.
    for (const [i, { startMs, endMs }] of untold.entries()) {
      expect(waits[i + 1]!.endMs).toBe(startMs)
      expect(waits[i + 1]!.endMs - waits[i + 1]!.startMs).toBeGreaterThan(9)
      expect(waits[i + 1]!.endMs - waits[i + 1]!.startMs).toBeLessThan(60_000)
      expect(endMs).toBeGreaterThanOrEqual(startMs)
    }
    expect(untold).toHaveLength(2)
  })
})

test('stages within a batch belong to it, after an await from the second batch on', async () => {
  await withDirectory(async (directory) => {
    const service = await startService('stages.mjs', directory)
    await (await fetch(`${service.url}/batches`)).json()
    await stopService(service)
    const { spans } = await readRows(directory)
    const batchOf = (stage: string) => spans.find((span) => span.stage === stage)!.batch
    expect(['first-before', 'second-before', 'second-after', 'third'].map(batchOf)).toEqual([0, 1, 1, 2])
    expect(batchOf('outside')).toBe(null)
  })
})

test('the stages of concurrent requests keep apart', async () => {
  await withDirectory(async (directory) => {
    const service = await startService('stages.mjs', directory)
    const ids = Array.from({ length: 40 }, (_, i) => i)
    await Promise.all(ids.map(async (id) => (await fetch(`${service.url}/mine?id=${id}`)).text()))
    await stopService(service)
    const { requests, spans } = await readRows(directory)
    expect(requests).toHaveLength(ids.length)
    const owners = ids.map((id) => {
      const [first, second] = ['first', 'second'].map((name) => spans.find(({ stage }) => stage === `${name}-${id}`)!)
      expect(first!.request).not.toBeNull()
      expect(second!.request).toBe(first!.request)
      return first!.request
    })
    expect(new Set(owners).size).toBe(ids.length)
  })
})
