import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { waitUntilReady } from '../../cli/recording/readiness.js'
import type { Diagnosis } from '../../core/model/diagnosis.js'
import { openRecording } from '../../formats/index.js'
import { freePort, runCli, scratchDirectory, serviceFile, wasClientBound } from './command-line.js'

let directory = ''
beforeAll(() => {
  directory = scratchDirectory()
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

let running: ChildProcess | null = null
afterEach(() => running?.kill('SIGKILL'))

const load = ['--rate', '60', '--duration', '2', '--warmup', '300ms', '--json']

function expectOutside(diagnosis: Diagnosis, clientBound: boolean) {
  expect(diagnosis.environment.observed).toBe('outside')
  expect(diagnosis.endToEnd.p95Ms).toBeGreaterThan(0)
  expect(diagnosis.resources.processCpu).toBeGreaterThan(0)
  expect(diagnosis.resources.eventLoopUtilization).toBe(null)
  if (!clientBound)
    expect(diagnosis.notFired).toContainEqual(expect.objectContaining({ id: 'json-parsing', verdict: 'not-measured' }))
}

describe('a service seen from outside', () => {
  it('may be Python: client latency and CPU are measured, stages are said not to be', async () => {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}/`
    const finished = await runCli(
      ['record', '--url', url, ...load, '-o', 'python', '--', 'python3', serviceFile('plain.py'), String(port)],
      directory,
    )
    if (!wasClientBound(finished)) expect(finished).toMatchObject({ code: 0, stderr: '' })
    expectOutside(JSON.parse(finished.stdout) as Diagnosis, wasClientBound(finished))
    const recording = await openRecording(join(directory, 'python'))
    const metrics = new Set(recording.samples.seriesInfo.map(({ metric }) => metric))
    for (const metric of ['thread.cpu', 'process.cpu', 'host.cpu', 'net.rx']) expect(metrics).toContain(metric)
    const text = await runCli(['diagnose', 'python'], directory)
    expect(text.stdout).toContain('not measured: no agent ran inside the service')
  })

  it('may run already: it is found by its port, and left running', async () => {
    const port = await freePort()
    const url = new URL(`http://127.0.0.1:${port}/`)
    running = spawn('node', [serviceFile('plain.mjs'), '--port', String(port)], { stdio: 'ignore' })
    await waitUntilReady({ url, insecure: false }, null, 10_000, new AbortController().signal)
    const finished = await runCli(['record', '--url', url.href, ...load, '-o', 'running'], directory)
    if (!wasClientBound(finished)) expect(finished).toMatchObject({ code: 0, stderr: '' })
    expectOutside(JSON.parse(finished.stdout) as Diagnosis, wasClientBound(finished))
    expect(running.exitCode).toBe(null)
  })
})
