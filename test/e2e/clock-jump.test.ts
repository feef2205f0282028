import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openRecording } from '../../formats/index.js'
import { freePort, runCli, scratchDirectory, serviceFile, wasClientBound } from './command-line.js'

const directory = scratchDirectory()
afterAll(() => rmSync(directory, { recursive: true }))

test('a wall clock that jumps by hours in every process changes no duration and no start', async () => {
  const port = await freePort()
  const startedMs = Date.now()
  const load = ['--rate', '50', '--duration', '3', '--warmup', '500ms', '-o', 'jumped', '--json', '--no-report']
  const url = `http://127.0.0.1:${port}/predict`
  const finished = await runCli(
    ['record', '--url', url, ...load, '--', 'node', serviceFile('plain.mjs'), '--port', String(port)],
    directory,
    { NODE_OPTIONS: `--import ${serviceFile('clock-jump.mjs')}` },
  )
  const tookMs = Date.now() - startedMs
  if (!wasClientBound(finished)) expect(finished).toMatchObject({ code: 0, stderr: '' })

  expect(readFileSync(join(directory, 'jumped/service.log'), 'utf8')).toContain('the clock is 3 h ahead')
  const { meta, requests, spans, samples, events } = await openRecording(join(directory, 'jumped'))
  expect(Math.abs(Date.parse(meta.startedAt) - startedMs)).toBeLessThan(tookMs)
  expect(meta.durationMs).toBeLessThan(tookMs)
  expect(requests.count).toBeGreaterThan(100)
  const within = (column: Float64Array, count: number) =>
    column.subarray(0, count).every((ms) => Number.isNaN(ms) || (ms > -tookMs && ms < tookMs))
  expect(within(requests.scheduledMs, requests.count)).toBe(true)
  expect(within(requests.clientEndMs, requests.count)).toBe(true)
  expect(within(requests.serverEndMs, requests.count)).toBe(true)
  expect(within(spans.startMs, spans.count)).toBe(true)
  expect(within(spans.endMs, spans.count)).toBe(true)
  expect(within(samples.tMs, samples.count)).toBe(true)
  expect(within(events.endMs, events.count)).toBe(true)
})
