import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { SPAN_ERROR } from '../../core/model/recording.js'
import { startService, stopService, withDirectory } from './observed-service.js'
import { readRows } from './recorded-rows.js'

test('a service that is killed leaves a recording that lacks at most the last second', async () => {
  await withDirectory(async (directory) => {
    const service = await startService('ticking.mjs', directory)
    await sleep(1500)
    const killedMs = Number(process.hrtime.bigint()) / 1e6
    service.child.kill('SIGKILL')
    expect(await service.ended).toMatchObject({ signal: 'SIGKILL' })
    const { recording, spans } = await readRows(directory)
    const lastMs = Math.max(...spans.map(({ endMs }) => endMs)) + recording.meta.clock.monotonicOriginMs
    expect(killedMs - lastMs).toBeLessThan(1000)
    expect(spans.length).toBeGreaterThan(1000)
  })
})

test('a torn last record does not make the rest unreadable', async () => {
  await withDirectory(async (directory) => {
    const service = await startService('flood.mjs', directory, { args: ['1000'] })
    await service.ended
    const [journal] = (await readdir(directory)).filter((file) => file.endsWith('.idj'))
    await appendFile(join(directory, journal!), Buffer.from([2, 1, 1]))
    expect((await readRows(directory)).spans).toHaveLength(1000)
  })
})

test('what does not fit the ring is counted: recorded and dropped spans make up all of them', async () => {
  await withDirectory(async (directory) => {
    const count = 500_000
    const service = await startService('flood.mjs', directory, { args: [String(count)] })
    expect(await service.ended).toMatchObject({ code: 0 })
    const { recording, spans } = await readRows(directory)
    const dropped = recording.gaps
      .filter(({ kind }) => kind === 'ring-overflow')
      .reduce((sum, gap) => sum + gap.count, 0)
    expect(dropped).toBeGreaterThan(0)
    // Garbage collections of the flood itself find no room either.
    expect(spans.length + dropped).toBeGreaterThanOrEqual(count)
    expect(spans.length + dropped).toBeLessThan(count * 1.01)
  })
})

test('a service whose recording directory cannot be written serves as ever', async () => {
  await withDirectory(async (directory) => {
    const file = join(directory, 'file')
    await writeFile(file, '')
    const service = await startService('plain-http.mjs', join(file, 'below'))
    for (let i = 0; i < 5; i += 1) {
      const response = await fetch(service.url, { method: 'POST', body: '[1, 2]' })
      expect(await response.json()).toEqual([2, 4])
    }
    expect(await stopService(service)).toMatchObject({ code: 0 })
    expect(service.output().stderr).toBe('')
    expect(await readdir(directory)).toEqual(['file'])
  })
})

test('a request whose client goes away is recorded as aborted, with its wait in the queue', async () => {
  await withDirectory(async (directory) => {
    const service = await startService('slow.mjs', directory)
    const answers = await Promise.allSettled([fetch(`${service.url}/wait`, { signal: AbortSignal.timeout(150) })])
    expect(answers[0]).toMatchObject({ status: 'rejected' })
    while (!service.output().stdout.includes('closed')) await sleep(10)
    expect(await stopService(service)).toMatchObject({ code: 0 })
    const { recording, requests, spans } = await readRows(directory)
    expect(requests).toMatchObject([{ route: 'GET /wait', status: 0 }])
    expect(spans.map(({ stage, flags }) => [stage, flags & SPAN_ERROR])).toEqual([
      ['handler', SPAN_ERROR],
      ['queue', SPAN_ERROR],
    ])
    expect(recording.gaps).toEqual([])
  })
})

test('stages that a request still waits for when its client goes away are recorded, as errors and once', async () => {
  await withDirectory(async (directory) => {
    const service = await startService('slow.mjs', directory)
    await expect(fetch(`${service.url}/hang`, { signal: AbortSignal.timeout(150) })).rejects.toThrow()
    while (!service.output().stdout.includes('ended')) await sleep(10)
    await stopService(service)
    const { spans } = await readRows(directory)
    expect(spans.map(({ stage, flags }) => [stage, flags & SPAN_ERROR])).toEqual([
      ['handler', SPAN_ERROR],
      ['lookup', SPAN_ERROR],
      ['connect', SPAN_ERROR],
    ])
  })
})

test('a service whose recorder was killed serves on and is recorded no further', async () => {
  await withDirectory(async (directory) => {
    const recorder = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    const env = { INFER_DIAG_RECORDER_PID: String(recorder.pid), INFER_DIAG_PROFILE: '200/300@1000' }
    const service = await startService('plain-http.mjs', directory, { env })
    const ask = async () => (await fetch(service.url, { method: 'POST', body: '[1, 2]' })).json()
    expect(await ask()).toEqual([2, 4])
    const recorded = (wanted: object) =>
      vi.waitFor(async () => expect(await readRows(directory)).toMatchObject(wanted), {
        timeout: 10_000,
        interval: 100,
      })
    await recorded({ requests: [{ status: 200 }] })
    recorder.kill('SIGKILL')
    await once(recorder, 'close')
    await recorded({ recording: { gaps: [{ kind: 'recorder-gone' }] } })
    expect(await ask()).toEqual([2, 4])
    expect(await stopService(service)).toMatchObject({ code: 0 })
    expect((await readRows(directory)).requests).toHaveLength(1)
  })
})
