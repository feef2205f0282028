import { once } from 'node:events'
import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { SPAN_ERROR } from '../../core/model/recording.js'
import { startService, stopService, withDirectory } from './observed-service.js'
import { readRows, type SpanRow } from './recorded-rows.js'

/** The spans of the one request that `use` makes, by stage. */
async function spansOf(use: (url: string) => Promise<unknown>): Promise<Map<string, SpanRow[]>> {
  return withDirectory(async (directory) => {
    const service = await startService('streaming.mjs', directory)
    await use(service.url)
    await stopService(service)
    const { spans } = await readRows(directory)
    const byStage = new Map<string, SpanRow[]>()
    for (const span of spans) byStage.set(span.stage, [...(byStage.get(span.stage) ?? []), span])
    return byStage
  })
}

test('the stage stream runs from the first part of an answer to its end, an empty part not counted', async () => {
  const spans = await spansOf(async (url) => expect(await (await fetch(`${url}/tokens`)).text()).toMatch(/^token 0\n/))
  const [stream, ...others] = spans.get('stream')!
  const [handler] = spans.get('handler')!
  expect(others).toEqual([])
  expect(stream!.endMs).toBe(handler!.endMs)
  expect(stream!.startMs - handler!.startMs).toBeGreaterThan(15)
  expect(stream!.endMs - stream!.startMs).toBeGreaterThan(15)
  // The loop rests between the tokens.
  expect(stream!.loopIdleMs).toBeGreaterThan(0)
  expect(spans.get('network-out')).toHaveLength(1)
})

test('an answer that is written and ended at once has no stream', async () => {
  const spans = await spansOf(async (url) => expect(await (await fetch(url)).text()).toBe('ab'))
  expect([...spans.keys()].sort()).toEqual(['handler', 'network-out'])
})

test('what a client that reads slowly makes an answer wait is network-out, within bounds', async () => {
  const spans = await spansOf(async (url) => {
    const [response] = (await once(http.get(`${url}/large`), 'response')) as [http.IncomingMessage]
    let bytes = 0
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length
    })
    response.pause()
    await sleep(100)
    response.resume()
    await once(response, 'end')
    expect(bytes).toBe(64_000_000)
  })
  const [stream] = spans.get('stream')!
  const held = spans
    .get('network-out')!
    .filter(({ startMs, endMs }) => startMs > stream!.startMs && endMs <= stream!.endMs)
  expect(held.length).toBeGreaterThan(0)
  expect(held.length).toBeLessThanOrEqual(32)
  expect(Math.max(...held.map(({ startMs, endMs }) => endMs - startMs))).toBeGreaterThan(50)
})

test('a stream that the client leaves ends there, marked', async () => {
  const spans = await spansOf(async (url) => {
    const leaving = new AbortController()
    const response = await fetch(`${url}/endless`, { signal: leaving.signal })
    const reader = response.body!.getReader()
    await reader.read()
    await sleep(20)
    leaving.abort()
    await reader.read().catch(() => {})
    await sleep(50)
  })
  expect(spans.get('stream')).toMatchObject([{ flags: SPAN_ERROR }])
})
