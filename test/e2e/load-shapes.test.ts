import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { LoadReport } from '../../core/model/load-report.js'
import { openRecording } from '../../formats/index.js'
import { freePort, runCli, scratchDirectory, serviceFile, startCli, wasClientBound } from './command-line.js'

let directory = ''
let server: Server
let url = ''
let requests = 0
let status = 200
beforeAll(async () => {
  directory = scratchDirectory()
  server = createServer((request, response) => {
    requests++
    request.resume().on('end', () => response.writeHead(status).end('ok'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
})
beforeEach(() => {
  requests = 0
  status = 200
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
  rmSync(directory, { recursive: true, force: true })
})

// So generous that only a broken service misses it.
const sla = ['--sla', 'p95=5s']

/** Runs `load` twice over: its JSON, and the page it left. */
async function load(name: string, ...args: string[]) {
  const finished = await runCli(['load', url, ...args, '-o', name, '--json'], directory)
  const report: LoadReport = JSON.parse(finished.stdout)
  const page = readFileSync(join(directory, name, 'report.html'), 'utf8')
  expect(JSON.parse(readFileSync(join(directory, name, 'load.json'), 'utf8'))).toEqual(report)
  return { finished, report, page, isSound: !wasClientBound(finished) }
}

describe('shapes of load', () => {
  it('a spike has a part before, during and after it, and says when requests were in time again', async () => {
    const shape = ['--rate', '60', '--spike', '3x:1500ms', '--duration', '1500ms', '--warmup', '300ms']
    const { report, page, isSound } = await load('spike', ...shape, ...sla)
    expect(report).toMatchObject({ mode: 'spike', loop: 'open', knee: null })
    expect(report.levels.map(({ label, rate }) => [label, rate])).toEqual([
      ['before', 60],
      ['spike', 180],
      ['after', 60],
    ])
    const [before, spike] = report.levels
    expect(spike!.requests).toBeGreaterThan(1.5 * before!.requests)
    expect(page).toContain('class="load-curve"')
    if (isSound) expect(report).toMatchObject({ recoveryMs: 0 })
  }, 30_000)

  it('a soak has up to ten parts, each with requests enough for a p95, and says whether that drifts', async () => {
    const { report } = await load('soak', '--rate', '300', '--soak', '2s', '--warmup', '200ms', ...sla)
    expect(report.levels.map(({ label }) => label)).toEqual(['1 of 5', '2 of 5', '3 of 5', '4 of 5', '5 of 5'])
    expect(report.notes).toEqual([expect.stringMatching(/^p95 (did not drift|drifted by)|^too short/)])
    const short = await load('short-soak', '--rate', '100', '--soak', '1s', '--warmup', '200ms', ...sla)
    expect(short.report.levels).toHaveLength(1)
    expect(short.report.notes).toEqual(['too short to tell whether p95 drifts'])
  }, 30_000)

  it('steps hold the rates in the order given, and tell which passed', async () => {
    const shape = ['--steps', '80,40', '--duration', '1500ms', '--warmup', '200ms']
    const { report, isSound } = await load('steps', ...shape, ...sla)
    expect(report.levels.map(({ rate }) => rate)).toEqual([80, 40])
    if (isSound) expect(report).toMatchObject({ mode: 'steps', maxPassingRps: 80, firstFailingRps: null })
  }, 30_000)

  it.each([
    ['steps', ['--steps', '40', '--peak', '60']],
    ['spike', ['--rate', '60', '--spike', '3x:1s']],
    ['soak', ['--rate', '60', '--soak', '1s']],
    ['closed', ['--concurrency', '2']],
  ])(
    'without a target no %s passes or fails, and its result says so',
    async (name, shape) => {
      const { report, page } = await load(`unjudged-${name}`, ...shape, '--duration', '1s', '--warmup', '200ms')
      expect(report).toMatchObject({ sla: null, maxPassingRps: null, firstFailingRps: null })
      expect(report.levels.every(({ slaMet }) => slaMet === null)).toBe(true)
      expect(report.notes.at(-1)).toBe('no target, so that nothing passes or fails: give --sla p95=120ms')
      expect(page).not.toMatch(/class="verdict (?:pass|fail)"|does not pass|has no headroom/)
    },
    30_000,
  )

  it('a trace is sent as it was recorded: so many requests, over so long', async () => {
    const times = Array.from({ length: 100 }, (_, i) => `2026-01-31T12:00:0${Math.floor(i / 50)}.${500 + i}Z,GET`)
    writeFileSync(join(directory, 'arrivals.csv'), `timestamp,method\n${times.join('\n')}\n`)
    const { report } = await load('trace', '--arrivals', 'trace:arrivals.csv', '--warmup', '0s', ...sla)
    expect(requests).toBe(100)
    expect(report).toMatchObject({ mode: 'trace', arrivals: 'trace' })
    expect(report.levels).toEqual([expect.objectContaining({ label: 'trace', requests: 100 })])
  }, 30_000)

  it('prints every shape within 80 columns', async () => {
    const port = await freePort()
    const own = `http://127.0.0.1:${port}/predict`
    const shape = ['--rate', '60', '--spike', '2x:1s', '--duration', '1s', '--warmup', '300ms', '--no-profile']
    const command = ['--', 'node', serviceFile('plain.mjs'), '--port', String(port)]
    const { stdout } = await runCli(['load', own, ...shape, ...sla, '-o', 'narrow', ...command], directory)
    expect(stdout).toContain('spike')
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
  }, 30_000)
})

describe('a load that goes wrong', () => {
  it('of a service that only fails is void, with every failed level shown', async () => {
    status = 500
    const shape = ['--steps', '40,80', '--duration', '1s', '--warmup', '0s']
    const { finished, report } = await load('broken', ...shape, ...sla)
    expect(finished.code).toBe(5)
    expect(finished.stderr).toMatch(/^error: each of \d+ requests failed: \d+ x status 500\nhint: .+\n$/)
    expect(report.levels).toHaveLength(2)
    const ramp = await runCli(['load', url, ...sla, '-o', 'broken-ramp'], directory)
    expect(ramp).toMatchObject({ code: 5, stdout: '' })
    expect(ramp.stderr).toMatch(/^error: a single request was not answered well: status 500\nhint: .+\n$/)
  }, 30_000)

  it('of a service that is not there names the address', async () => {
    const nobody = `http://127.0.0.1:${await freePort()}/`
    const finished = await runCli(['load', nobody, ...sla, '-o', 'nobody'], directory)
    expect(finished).toMatchObject({ code: 4, stdout: '' })
    expect(finished.stderr).toMatch(/^error: nothing accepts connections on 127\.0\.0\.1:\d+\nhint: .+\n$/)
  }, 30_000)

  it.each([
    ['spike', ['--rate', '50', '--spike', '2x:60s', '--duration', '500ms'], /^interrupted: 1 of 3 parts were held$/],
    ['closed', ['--concurrency', '2', '--duration', '60s'], /^interrupted: \d+ % of the time was held$/],
  ])(
    'keeps what was held of a %s when it is interrupted',
    async (name, shape, note) => {
      const args = ['load', url, ...shape, '--warmup', '0s', '--sla', 'p95=500ms', '-o', `stopped-${name}`, '--json']
      const cli = startCli(args, directory)
      while (requests === 0) await sleep(20)
      await sleep(2500)
      cli.signal('SIGINT')
      const finished = await cli.finished
      const report: LoadReport = JSON.parse(finished.stdout)
      expect(report.levels).toHaveLength(1)
      expect(report.notes[0]).toMatch(note)
    },
    30_000,
  )

  it('keeps the steps that were held, and the whole recording, when the service dies under it', async () => {
    const port = await freePort()
    const own = `http://127.0.0.1:${port}/predict`
    const shape = ['--steps', '40,40,40,40', '--duration', '1500ms', '--warmup', '300ms', '--no-profile', ...sla]
    const command = ['--', 'node', serviceFile('plain.mjs'), '--port', String(port), '--crash-after', '110']
    const finished = await runCli(['load', own, ...shape, '-o', 'dies', '--json', ...command], directory)
    expect(finished.code).toBe(4)
    expect(finished.stderr).toMatch(/\nerror: the service ended with exit code 1 under load\nhint: .+\n$/)
    const report: LoadReport = JSON.parse(finished.stdout)
    expect(report.notes).toEqual([expect.stringMatching(/^the service ended: \d of 4 steps were held$/)])
    expect(existsSync(join(directory, 'dies/report.html'))).toBe(true)
    expect(readdirSync(join(directory, 'dies'))).toContain('session')
    expect((await openRecording(join(directory, 'dies/session'))).requests.count).toBeGreaterThan(80)
  }, 30_000)
})
