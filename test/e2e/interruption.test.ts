import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listenerOf } from '../../cli/recording/listening-sockets.js'
import { acceptsConnections, waitUntilReady } from '../../cli/recording/readiness.js'
import type { Diagnosis } from '../../core/model/diagnosis.js'
import { openRecording } from '../../formats/index.js'
import { freePort, type Running, scratchDirectory, serviceFile, startCli, wasClientBound } from './command-line.js'

let directory = ''
beforeAll(() => {
  directory = scratchDirectory()
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** A record of 30 s whose service answers already. */
async function startRecord(out: string): Promise<{ cli: Running; url: URL; port: number }> {
  const port = await freePort()
  const url = new URL(`http://127.0.0.1:${port}/`)
  const load = ['--rate', '100', '--duration', '30', '--warmup', '0', '-o', out, '--json', '--no-report']
  const service = ['node', serviceFile('plain.mjs'), '--port', String(port)]
  const cli = startCli(['record', '--url', url.href, ...load, '--', ...service], directory)
  await waitUntilReady({ url, insecure: false }, null, 15_000, new AbortController().signal)
  return { cli, url, port }
}

describe('interrupting record', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGQUIT'] as const)(
    'stops early on %s and diagnoses what there is',
    async (signal) => {
      const { cli, url } = await startRecord(`early-${signal}`)
      await sleep(5000)
      cli.signal(signal)
      const finished = await cli.finished
      if (!wasClientBound(finished)) expect(finished).toMatchObject({ code: 0, stderr: '' })
      const diagnosis = JSON.parse(finished.stdout) as Diagnosis
      expect(diagnosis.endToEnd.requests).toBeGreaterThan(100)
      expect(await acceptsConnections(url)).toBe(false)
    },
  )

  it('gives up at once on the second signal and leaves no service behind', async () => {
    const { cli, url } = await startRecord('given-up')
    await sleep(1000)
    cli.signal('SIGINT')
    await sleep(20)
    cli.signal('SIGINT')
    const finished = await cli.finished
    expect(finished).toMatchObject({ code: 130, stdout: '', stderr: 'interrupted\n' })
    await sleep(100)
    expect(await acceptsConnections(url)).toBe(false)
  })
})

describe('kill -9 of the service', () => {
  it('leaves a recording that lacks at most its last second', async () => {
    const { cli, port } = await startRecord('killed')
    await sleep(5000)
    process.kill(listenerOf(port)!, 'SIGKILL')
    const finished = await cli.finished
    expect(finished.code).toBe(4)
    expect(finished.stderr).toMatch(/error: the service was ended by SIGKILL under load\nhint: .+\n$/)
    const { requests } = await openRecording(join(directory, 'killed'))
    const last = (column: Float64Array) =>
      column
        .subarray(0, requests.count)
        .filter((ms) => !Number.isNaN(ms))
        .reduce((a, b) => Math.max(a, b))
    expect(last(requests.serverStartMs)).toBeGreaterThan(last(requests.sentMs) - 1500)
    expect(readFileSync(join(directory, 'killed/service.log'), 'utf8')).toContain('listening')
  })
})
