import { readdir } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { startService, stopService, withDirectory } from './observed-service.js'
import { readRows } from './recorded-rows.js'

test('a service cannot tell by its requests, responses and JSON whether it is recorded', async () => {
  await withDirectory(async (directory) => {
    const bare = await startService('behaviour.mjs', undefined, { agent: false })
    const recorded = await startService('behaviour.mjs', directory)
    const [bareEnd, recordedEnd] = await Promise.all([bare.ended, recorded.ended])
    expect(bareEnd).toMatchObject({ code: 0 })
    expect(recordedEnd).toMatchObject({ code: 0 })
    expect(JSON.parse(recorded.output().stdout)).toEqual(JSON.parse(bare.output().stdout))
    expect(recorded.output().stderr).toBe('')
    expect((await readRows(directory)).requests).toMatchObject([{ status: 200, bytesIn: 9 }])
  })
})

test('without a recorder the agent runs the callbacks and leaves nothing behind', async () => {
  await withDirectory(async (directory) => {
    const service = await startService('stages.mjs', undefined, { env: { TMPDIR: directory } })
    expect(await (await fetch(`${service.url}/batch`)).json()).toEqual({ value: 'scores', request: false })
    expect(await (await fetch(`${service.url}/throws`)).json()).toEqual({ same: true })
    expect(await stopService(service)).toMatchObject({ code: 0 })
    expect(await readdir(directory)).toEqual([])
  })
})

test('the API records by itself in a service that was started without the preload', async () => {
  await withDirectory(async (directory) => {
    const service = await startService('stages.mjs', directory, { agent: false })
    await (await fetch(`${service.url}/sync`)).text()
    expect(await stopService(service)).toMatchObject({ code: 0 })
    const { spans } = await readRows(directory)
    expect(spans.map(({ stage }) => stage).sort()).toEqual(['handler', 'network-out', 'sync-stage'])
  })
})

test('a process with nothing left to do ends by itself, and its last spans are kept', async () => {
  await withDirectory(async (directory) => {
    const service = await startService('flood.mjs', directory, { args: ['500'] })
    expect(await service.ended).toMatchObject({ code: 0, signal: null })
    expect((await readRows(directory)).spans).toHaveLength(500)
  })
})

test('a CPU profile of every window is written on the clock of the spans, beside an inspector of the service', async () => {
  await withDirectory(async (directory) => {
    const env = { INFER_DIAG_PROFILE: '200/300@1000' }
    const service = await startService('own-inspector.mjs', directory, { env })
    expect(await service.ended).toMatchObject({ code: 0 })
    expect(service.output().stdout).toContain('own profile has samples: true')
    const { recording, spans } = await readRows(directory)
    expect(recording.profiles.length).toBeGreaterThan(0)
    for (const { startMs, endMs, profile } of recording.profiles) {
      expect(startMs).toBeGreaterThan(-1000)
      expect(endMs).toBeLessThan(recording.meta.durationMs + 1000)
      expect(profile.samples.length).toBeGreaterThan(0)
    }
    expect(spans.some(({ stage }) => stage === 'work')).toBe(true)
  })
})

test('a profile setting that makes no sense is a gap, and the service is recorded all the same', async () => {
  await withDirectory(async (directory) => {
    const service = await startService('flood.mjs', directory, { args: ['10'], env: { INFER_DIAG_PROFILE: 'always' } })
    await service.ended
    const { recording, spans } = await readRows(directory)
    expect(spans).toHaveLength(10)
    expect(recording.gaps).toMatchObject([{ kind: 'profile', reason: expect.stringContaining('"always"') }])
  })
})
