import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { acceptsConnections } from '../../cli/recording/readiness.js'
import type { LoadReport } from '../../core/model/load-report.js'
import { openRecording } from '../../formats/index.js'
import { freePort, runCli, scratchDirectory, serviceFile, startCli, wasClientBound } from './command-line.js'

let directory = ''
let server: Server
let url = ''
/** When the requests of the last half second came, monotonic ms. */
let recent: number[] = []
beforeAll(async () => {
  directory = scratchDirectory()
  // Fast up to 300 requests in half a second, then so slow that no SLA holds: a cliff that no noise can move far.
  server = createServer((request, response) => {
    const nowMs = performance.now()
    recent = [...recent.filter((ms) => ms > nowMs - 500), nowMs]
    request.resume().on('end', () => setTimeout(() => response.end('ok'), recent.length > 300 ? 150 : 2))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
  rmSync(directory, { recursive: true, force: true })
})

describe('load', () => {
  it('finds where a service breaks, says how much of it a peak takes, and fails the check when that is too much', async () => {
    const args = ['load', url, '--sla', 'p95=60ms', '--from', '200', '--precision', '50%', '--peak', '2000', '--check']
    const finished = await runCli([...args, '-o', 'ramp', '--json'], directory)
    const report: LoadReport = JSON.parse(finished.stdout)
    if (wasClientBound(finished)) return
    expect(finished.code).toBe(9)
    expect(finished.stderr).toContain('error: the expected peak of 2000 requests/s is too much')
    expect(report).toMatchObject({ mode: 'ramp', loop: 'open', peakRps: 2000, bindingConstraint: 'p95' })
    expect(report.maxPassingRps).toBeLessThan(800)
    expect(report.firstFailingRps).toBeGreaterThan(report.maxPassingRps!)
    expect(report.headroom).toBeLessThan(0)
    expect(report.levels[0]).toMatchObject({ rate: 200, stable: true, slaMet: true })
    expect(readFileSync(join(directory, 'ramp/report.html'), 'utf8')).toContain('class="load-curve"')
    expect(JSON.parse(readFileSync(join(directory, 'ramp/load.json'), 'utf8'))).toEqual(report)
  }, 120_000)

  it('records every level of a service that it starts, each of them as a recording that diagnose reads', async () => {
    const port = await freePort()
    const own = `http://127.0.0.1:${port}/predict`
    const steps = ['--steps', '40,80', '--duration', '1500ms', '--warmup', '500ms', '--no-profile']
    const command = ['--', 'node', serviceFile('plain.mjs'), '--port', String(port)]
    const finished = await runCli(['load', own, ...steps, '-o', 'steps', '--json', ...command], directory)
    expect([0, 5]).toContain(finished.code)
    const report: LoadReport = JSON.parse(finished.stdout)
    expect(report.levels.map(({ recording }) => recording)).toEqual(['level-1-40rps', 'level-2-80rps'])
    expect(readdirSync(join(directory, 'steps')).sort()).toEqual([
      'level-1-40rps',
      'level-2-80rps',
      'load.json',
      'report.html',
    ])
    for (const level of report.levels) {
      const recording = await openRecording(join(directory, 'steps', level.recording!))
      expect(recording.meta.load?.rate).toBe(level.rate)
      expect(level.resources?.eventLoopUtilization).toBeGreaterThan(0)
    }
    const diagnosed = await runCli(['diagnose', 'steps/level-2-80rps', '--json'], directory)
    expect(diagnosed.code).toBe(0)
    expect(JSON.parse(diagnosed.stdout).endToEnd.requests).toBe(report.levels[1]?.requests)
  }, 60_000)

  it('shows and keeps what was measured where a level cannot be recorded, with the recording of the whole load', async () => {
    const port = await freePort()
    const own = `http://127.0.0.1:${port}/`
    const steps = ['--steps', '40,80', '--duration', '1s', '--warmup', '200ms', '--no-profile']
    // A file where the second level is to go.
    const script = `touch unrecorded/level-2-80rps && exec node "$0" --port ${port}`
    const command = ['--', 'sh', '-c', script, serviceFile('plain.mjs')]
    const finished = await runCli(['load', own, ...steps, '-o', 'unrecorded', '--json', ...command], directory)
    expect(finished.code).toBe(1)
    expect(finished.stderr).toMatch(/^error: unexpected: EEXIST.*\nhint: .+\n$/)
    const report: LoadReport = JSON.parse(finished.stdout)
    expect(report.levels.map(({ recording }) => recording)).toEqual(['level-1-40rps', null])
    expect(report.notes).toContain('not every level could be recorded: unrecorded/session holds all of the load')
    expect(JSON.parse(readFileSync(join(directory, 'unrecorded/load.json'), 'utf8'))).toEqual(report)
    expect((await openRecording(join(directory, 'unrecorded/session'))).requests.count).toBeGreaterThan(60)
  }, 60_000)

  it('keeps and prints the levels that were held when a ramp is interrupted', async () => {
    const args = ['load', url, '--sla', 'p95=200ms', '--from', '40', '--peak', '2000', '--check']
    recent = []
    const cli = startCli([...args, '-o', 'stopped', '--json'], directory)
    let isOver = false
    void cli.finished.then(() => {
      isOver = true
    })
    // Above 120 requests/s: the third level at least.
    while (recent.length < 60 && !isOver) await sleep(20)
    cli.signal('SIGINT')
    const finished = await cli.finished
    if (wasClientBound(finished)) return
    const report: LoadReport = JSON.parse(finished.stdout)
    expect(report.levels[0]).toMatchObject({ rate: 40 })
    expect(report.notes).toEqual([expect.stringContaining('interrupted')])
    expect(readFileSync(join(directory, 'stopped/report.html'), 'utf8')).toContain('class="load-curve"')
    expect(finished.code).toBe(5)
    expect(finished.stderr).toContain('was not shown to pass, nor to fail')
  }, 60_000)

  it.each([
    { times: 1, said: 'before anything was held' },
    { times: 2, said: 'twice' },
  ])(
    'says what it keeps when it is interrupted $said: the recording of a service that it started',
    async ({ times, said }) => {
      const port = await freePort()
      const out = `interrupted-${times}`
      const session = join(directory, out, 'session')
      const own = `http://127.0.0.1:${port}/`
      const args = ['load', own, '--steps', '100', '--duration', '60s', '--warmup', '0', '--no-profile', '-o', out]
      const cli = startCli([...args, '--', 'node', serviceFile('plain.mjs'), '--port', String(port)], directory)
      const isUnderLoad = () =>
        existsSync(session) && readdirSync(session).some((name) => name.startsWith('journal-load-'))
      while (!isUnderLoad()) await sleep(50)
      await sleep(1000)
      for (let time = 0; time < times; time += 1) {
        cli.signal('SIGINT')
        await sleep(20)
      }
      expect(await cli.finished).toMatchObject({
        code: 130,
        stdout: '',
        stderr: `interrupted ${said}; ${out}/session is a recording of what there was\n`,
      })
      await sleep(100)
      expect(await acceptsConnections(new URL(own))).toBe(false)
      expect((await openRecording(session)).requests.count).toBeGreaterThan(10)
      const again = await runCli([...args, '--', 'true'], directory)
      expect(again.stderr).toBe(`error: ${out} already holds a recording\nhint: choose another -o, or add --force\n`)
    },
    60_000,
  )

  it('keeps nothing, no directory either, of a running service when it is interrupted before anything was held', async () => {
    recent = []
    const args = ['load', url, '--steps', '100', '--duration', '60s', '-o', 'nothing-held', '--json']
    const cli = startCli(args, directory)
    while (recent.length < 20) await sleep(20)
    cli.signal('SIGINT')
    const stderr = 'interrupted before anything was held; nothing is kept\n'
    expect(await cli.finished).toMatchObject({ code: 130, stdout: '', stderr })
    expect(existsSync(join(directory, 'nothing-held'))).toBe(false)
  }, 60_000)

  it('marks a closed loop as one, and says why it flatters', async () => {
    const args = ['load', url, '--concurrency', '2', '--duration', '1s', '--warmup', '200ms', '-o', 'closed']
    const finished = await runCli(args, directory)
    const text = finished.stdout.replace(/\s+/g, ' ')
    expect(text).toMatch(/^ Closed loop, 2 clients: .* a flattering figure/)
    expect(text).toContain('latency looks better than users who do not wait would find it')
    expect(JSON.parse(readFileSync(join(directory, 'closed/load.json'), 'utf8'))).toMatchObject({
      loop: 'closed',
      knee: null,
    })
  }, 60_000)

  it('refuses what makes no sense, before anything is sent or written', async () => {
    const refused: [string[], string][] = [
      [[url], 'the ramp needs a latency that may not be exceeded'],
      [[url, '--steps', '9', '--sla', 'errors=1%'], '--sla errors=1% has no latency, by which a load is judged'],
      [[url, '--steps', '9', '--timeout', '0'], '--timeout is 0'],
      [[url, '--sla', 'p95=1s', '--check'], '--check needs an expected peak and an SLA'],
      [[url, '--spike', '3x:1s'], '--spike needs the rate that it starts from'],
      [[url, '--sla', 'p95=1s', '--rate', '50'], '--rate is the base rate of --spike and --soak'],
      [[url, '--spike', 'much', '--rate', '9'], "--spike got 'much', wanted <factor>x:<time>, with a factor above 1"],
      [[url, '--steps', '1', '--soak', '1m'], '--steps and --soak exclude each other'],
      [['ftp://x', '--sla', 'p95=1s'], "<url> got 'ftp://x', wanted http:// or https://"],
    ]
    for (const [args, message] of refused) {
      const { code, stderr } = await runCli(['load', ...args, '-o', 'refused'], directory)
      expect(stderr).toContain(`error: ${message}`)
      expect(code).toBe(2)
    }
    expect(existsSync(join(directory, 'refused'))).toBe(false)
  }, 60_000)
})
