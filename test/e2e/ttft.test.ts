import { readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Diagnosis } from '../../core/model/diagnosis.js'
import type { LoadReport } from '../../core/model/load-report.js'
import { runCli, scratchDirectory, wasClientBound } from './command-line.js'

/** A target that a crowded machine keeps as well, and a first byte that misses it. */
const [LIMIT_MS, LATE_MS] = [600, 1200]
const BOTH = ['--sla', `p95=10s,ttft.p95=${LIMIT_MS}ms`]

let directory = ''
let server: Server
let url = ''
/** When the requests of the last half second came, monotonic ms. */
let recent: number[] = []
beforeAll(async () => {
  directory = scratchDirectory()
  // Server-sent events: the first is late on /late, and on / where more than 60 requests a second come.
  server = createServer(async (request, response) => {
    const nowMs = performance.now()
    recent = [...recent.filter((ms) => ms > nowMs - 500), nowMs]
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    await sleep(request.url === '/late' || recent.length > 30 ? LATE_MS : 10)
    for (let token = 0; token < 10; token++) {
      response.write(`data: ${token}\n\n`)
      await sleep(20)
    }
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
  rmSync(directory, { recursive: true, force: true })
})

describe('a target on the time to the first byte', () => {
  const load = ['--rate', '40', '--arrivals', 'constant', '--duration', '2500ms', '--warmup', '0']

  it('fails the check alone when it is missed, and is named in all that is said', async () => {
    const args = ['record', '--url', `${url}/late`, ...load, ...BOTH, '--check', '-o', 'late']
    const finished = await runCli(args, directory)
    if (wasClientBound(finished)) return
    expect(finished).toMatchObject({ code: 9, stderr: expect.stringContaining('error: the SLA is missed') })
    const text = finished.stdout.replace(/\s+/g, ' ')
    expect(text).toMatch(/meets the 10 s SLA; ttft\.p95 \(time to the first byte\) is [\d.]+ s against 600 ms/)
    expect(text).toContain('missed: p95 under 10 s, ttft.p95 under 600 ms ttft.p95 1.')
    const report = readFileSync(join(directory, 'late/report.html'), 'utf8')
    expect(report).toContain('Misses its SLA: p95 under 10\u00a0s, ttft.p95 under 600\u00a0ms')
    const { slaMet, targets }: Diagnosis = JSON.parse((await runCli(['diagnose', 'late', '--json'], directory)).stdout)
    expect(slaMet).toBe(false)
    expect(targets).toMatchObject([
      { name: 'p95', met: true },
      { name: 'ttft.p95', limitMs: LIMIT_MS, met: false },
    ])
    expect(targets[1]!.measuredMs).toBeGreaterThan(LATE_MS)
  }, 60_000)

  it('is met by answers that begin in time, however long they go on', async () => {
    const args = ['record', '--url', `${url}/`, ...load, '--sla', `ttft.p95=${LIMIT_MS}ms`, '--check', '-o', 'in-time']
    const finished = await runCli([...args, '--no-report', '--json'], directory)
    if (wasClientBound(finished)) return
    const { slaMet, targets, endToEnd, quality }: Diagnosis = JSON.parse(finished.stdout)
    expect(targets).toMatchObject([{ name: 'ttft.p95', met: true }])
    expect(targets[0]!.measuredMs).toBeLessThan(endToEnd.p50Ms!)
    const isSteady = quality.every(({ id, ok }) => id !== 'littles-law' || ok !== false)
    expect([slaMet, finished.code]).toEqual(isSteady ? [true, 0] : [null, 5])
  }, 60_000)

  it('is what a load breaks by, and names as what binds', async () => {
    const steps = ['--steps', '40,120', '--arrivals', 'constant', '--duration', '2s', '--warmup', '1500ms']
    const finished = await runCli(['load', `${url}/`, ...steps, ...BOTH, '-o', 'steps'], directory)
    if (wasClientBound(finished)) return
    const report: LoadReport = JSON.parse(readFileSync(join(directory, 'steps/load.json'), 'utf8'))
    expect(report).toMatchObject({ maxPassingRps: 40, firstFailingRps: 120, bindingConstraint: 'ttft.p95' })
    expect(report.levels).toMatchObject([
      { slaMet: true, stable: true, targets: [{ name: 'p95' }, { name: 'ttft.p95', limitMs: LIMIT_MS }] },
      { slaMet: false, constraint: 'ttft.p95' },
    ])
    expect(report.levels[0]!.targets[1]!.measuredMs).toBeLessThan(report.levels[0]!.p50Ms!)
    expect(finished.stdout.replace(/\s+/g, ' ')).toMatch(/binding: ttft\.p95 .* p99 ttft\.p95/)
    expect(readFileSync(join(directory, 'steps/report.html'), 'utf8')).toContain('SLA ttft.p95 600\u00a0ms')
  }, 60_000)

  it('cannot be checked on requests that others send, which is said before anything starts', async () => {
    const args = ['record', '--url', `${url}/`, '--no-load', '--check', '--sla', 'ttft.p95=1s', '-o', 'none']
    expect(await runCli([...args, '--', 'touch', 'started'], directory)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('error: --check cannot judge ttft of requests that others send'),
    })
  })
})
