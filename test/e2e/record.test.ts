import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { acceptsConnections } from '../../cli/recording/readiness.js'
import { factsOf } from '../../core/facts/fact.js'
import { hotFunctions } from '../../core/facts/hot-functions.js'
import type { Diagnosis } from '../../core/model/diagnosis.js'
import { processesOf } from '../../core/sim/what-if/processes.js'
import { openRecording } from '../../formats/index.js'
import { type Finished, freePort, runCli, scratchDirectory, serviceFile, wasClientBound } from './command-line.js'

let directory = ''
beforeAll(() => {
  directory = scratchDirectory()
  writeFileSync(
    join(directory, 'payload.json'),
    JSON.stringify({ input: Array.from({ length: 2000 }, (_, i) => i / 7) }),
  )
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

async function record(out: string, command: (port: number) => string[], ...more: string[]) {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/predict`
  const load = ['--rate', '60', '--duration', '2', '--warmup', '500ms', '--sla', 'p95=500ms,errors=1%']
  const args = ['record', '--url', url, ...load, '-o', out, ...more, '--', ...command(port)]
  const finished = await runCli(args, directory)
  expect(await acceptsConnections(new URL(url))).toBe(false)
  return finished
}

function expectDone(finished: Finished) {
  if (!wasClientBound(finished)) expect(finished).toMatchObject({ code: 0, stderr: '' })
}

const body = ['--body', 'payload.json']

describe('record', () => {
  it('records an Express service as the README says, and prints where its time went', async () => {
    const finished = await record(
      'express',
      (port) => ['node', serviceFile('express.cjs'), String(port)],
      '--method',
      'POST',
      ...body,
      // Room for a whole profile window, however late a busy machine opens it.
      '--duration',
      '4',
    )
    expectDone(finished)
    expect(finished.stdout).toMatch(/p50 .* p90 .* p95 .* p99 /)
    expect(finished.stdout).toMatch(/SLA +(met|no verdict): p95 under 500 ms, errors up to 1 %/)
    for (const stage of ['network-in', 'deserialize', 'serialize', 'network-out', 'unattributed']) {
      expect(finished.stdout).toContain(stage)
    }
    expect(finished.stdout).toContain('express/report.html')
    expect(finished.stdout).not.toContain('\x1b')
    for (const line of finished.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
    expect(existsSync(join(directory, 'express/report.html'))).toBe(true)
  })

  it.each([
    ['Fastify', 'fastify.mjs', (port: number) => [String(port)]],
    ['plain http', 'plain.mjs', (port: number) => ['--port', String(port)]],
  ])('records a %s service and prints one JSON document', async (name, file, args) => {
    const finished = await record(
      name.replace(' ', '-'),
      (port) => ['node', serviceFile(file), ...args(port)],
      ...body,
      '--json',
    )
    expectDone(finished)
    const diagnosis = JSON.parse(finished.stdout) as Diagnosis
    expect(diagnosis.environment).toMatchObject({
      observed: 'node',
      load: { rate: 60, arrivals: 'poisson', method: 'POST' },
    })
    expect(diagnosis.slaMet).toBe(wasClientBound(finished) ? null : true)
    expect(diagnosis.endToEnd.requests).toBeGreaterThan(80)
    expect(diagnosis.warmUp?.requests).toBeGreaterThan(5)
    expect(diagnosis.stages.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['network-in', 'deserialize', 'serialize', 'network-out']),
    )
    expect(diagnosis.resources.eventLoopUtilization).not.toBe(null)
    expect(diagnosis.resources.processCpu).not.toBe(null)
  })

  it('records a service behind a proxy that already listens, when it is told where the service gets ready', async () => {
    const port = await freePort()
    const proxy = createServer((client) => {
      const service = connect(port, '127.0.0.1')
      client.on('error', () => service.destroy()).pipe(service)
      service.on('error', () => client.destroy()).pipe(client)
    }).listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    const urls = [
      '--url',
      `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/`,
      '--ready',
      `http://127.0.0.1:${port}/`,
    ]
    const load = ['--rate', '60', '--duration', '2', '--warmup', '0', '-o', 'proxied']
    const finished = await runCli(
      ['record', ...urls, ...load, '--', 'node', serviceFile('plain.mjs'), '--port', String(port)],
      directory,
    )
    proxy.close()
    expectDone(finished)
    expect((await openRecording(join(directory, 'proxied'))).meta.service.observed).toBe('node')
  })

  it('takes the CPU profile of the warm-up and the beginning of the measured time, not of the start', async () => {
    const { profiles, meta } = await openRecording(join(directory, 'express'))
    expect(profiles).toHaveLength(1)
    expect(profiles[0]!.endMs).toBeGreaterThan(meta.load!.measuredFromMs + 1000)
    expect(profiles[0]!.startMs).toBeLessThan(meta.load!.measuredFromMs)
  })

  it('names the function that the time goes to, and its file', async () => {
    const finished = await record(
      'hot',
      (port) => ['node', serviceFile('hot.cjs'), String(port)],
      '--duration',
      '4',
      '--no-report',
      '--json',
    )
    expectDone(finished)
    const recording = await openRecording(join(directory, 'hot'))
    const normalize = { kind: 'function', name: 'normalize', location: 'hot.cjs:10', package: null, calledFrom: null }
    // How many samples there are, and whether the finding fires, is a matter of how crowded the machine is.
    const spots = factsOf(recording).find(hotFunctions)?.inNoStage ?? null
    if (spots !== null) expect(spots.functions[0]).toMatchObject(normalize)
    const { nodes, samples } = recording.profiles[0]!.profile
    const hits = (name: string) => {
      const ids = new Set(nodes.filter(({ callFrame }) => callFrame.functionName === name).map(({ id }) => id))
      return samples.filter((id) => ids.has(id)).length
    }
    const own = nodes.filter(({ callFrame }) => callFrame.url.endsWith('hot.cjs'))
    expect(own.map(({ callFrame }) => callFrame.functionName)).toContain('normalize')
    expect(hits('normalize')).toBe(Math.max(...own.map(({ callFrame }) => hits(callFrame.functionName))))
    const diagnosis = JSON.parse(finished.stdout) as Diagnosis
    for (const { id, summary, evidence } of diagnosis.findings) {
      if (id !== 'untimed-code') continue
      expect(summary).toContain(' of it is in normalize (hot.cjs:10)')
      expect(evidence.find(({ kind }) => kind === 'functions')).toMatchObject({ functions: [normalize] })
    }
    const urls = recording.profiles.flatMap(({ profile }) => profile.nodes.map(({ callFrame }) => callFrame.url))
    expect(urls.some((url) => url.startsWith('infer-diag:agent/'))).toBe(true)
    expect(urls.some((url) => /dist\/(agent|core)\//.test(url))).toBe(false)
  })

  it('merges the processes of a cluster into one recording', async () => {
    const finished = await record(
      'cluster',
      (port) => ['node', serviceFile('cluster.mjs'), String(port)],
      '--no-report',
    )
    expectDone(finished)
    const recording = await openRecording(join(directory, 'cluster'))
    const serving = new Set(recording.requests.process.subarray(0, recording.requests.count))
    expect(serving.size).toBe(2)
    expect(processesOf(factsOf(recording))!.loops).toHaveLength(2)
    const heaps = recording.samples.seriesInfo.filter(({ metric }) => metric === 'process.heapUsed')
    // Those and the primary.
    expect(new Set(heaps.map(({ instance }) => instance)).size).toBe(3)
    expect(existsSync(join(directory, 'cluster/report.html'))).toBe(false)
  })

  it('reads a recording again with diagnose and report', async () => {
    const again = await runCli(['diagnose', 'express', '--json'], directory)
    expect(again).toMatchObject({ code: 0, stderr: '' })
    expect((JSON.parse(again.stdout) as Diagnosis).endToEnd.p95Ms).toBeGreaterThan(0)
    const text = await runCli(['diagnose', 'express'], directory)
    expect(text.stdout).toContain('deserialize')
    const report = await runCli(['report', 'express', '-o', 'other.html'], directory)
    expect(report).toMatchObject({ code: 0, stdout: 'report written to other.html\n' })
    expect(readFileSync(join(directory, 'other.html'), 'utf8')).toMatch(/^<!doctype html>/i)
  })

  it('exits 9 when asked to check an SLA that is missed, with the recording kept', async () => {
    const finished = await record(
      'missed',
      (port) => ['node', serviceFile('plain.mjs'), '--port', String(port)],
      '--sla',
      'p95=0.01ms',
      '--check',
    )
    if (!wasClientBound(finished)) expect(finished.code).toBe(9)
    if (!wasClientBound(finished))
      expect(finished.stderr).toBe('error: the SLA is missed\nhint: see why: infer-diag diagnose missed\n')
    expect(readdirSync(join(directory, 'missed'))).toContain('report.html')
  })

  it('refuses to overwrite a recording unless forced', async () => {
    const refused = await record('missed', (port) => ['node', serviceFile('plain.mjs'), '--port', String(port)])
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toBe('error: missed already holds a recording\nhint: choose another -o, or add --force\n')
  })
})
