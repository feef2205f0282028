import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { acceptsConnections } from '../../cli/recording/readiness.js'
import type { Diagnosis } from '../../core/model/diagnosis.js'
import { openRecording } from '../../formats/index.js'
import {
  type Finished,
  freePort,
  runCli,
  scratchDirectory,
  serviceFile,
  startCli,
  wasClientBound,
} from './command-line.js'

let directory = ''
beforeAll(() => {
  directory = scratchDirectory()
  const input = Array.from({ length: 2000 }, (_, i) => i / 7)
  writeFileSync(join(directory, 'payload.json'), JSON.stringify({ input }))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

type Service = { readonly child: ChildProcess; readonly origin: string }

/** Runs before any recorder, and to the end of the test. */
async function start(command: string, file: string, environment: NodeJS.ProcessEnv = {}): Promise<Service> {
  const port = await freePort()
  const { NODE_OPTIONS: _, ...env } = process.env
  const child = spawn(command, [serviceFile(file), String(port)], { env: { ...env, ...environment }, stdio: 'ignore' })
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  const origin = `http://127.0.0.1:${port}`
  while (!(await acceptsConnections(new URL(origin)))) await soon()
  return { child, origin }
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 50))
const isClean = async (origin: string) => (await (await fetch(`${origin}/clean`)).text()) === 'true'

const attached = (origin: string, out: string, duration: string) => [
  ...['record', '--attach', '--url', `${origin}/predict`, '--body', 'payload.json'],
  ...['--rate', '50', '--duration', duration, '--warmup', '300ms', '-o', out],
]

function expectDone(finished: Finished) {
  if (!wasClientBound(finished)) expect(finished).toMatchObject({ code: 0, stderr: '' })
}

it('records a service that runs already from inside, and leaves it as it was, as often as asked', async () => {
  const { child, origin } = await start(process.execPath, 'attachable.mjs')
  for (const out of ['first', 'second']) {
    const finished = await runCli([...attached(origin, out, '2'), '--json'], directory)
    expectDone(finished)
    const { environment, stages, recording } = JSON.parse(finished.stdout) as Diagnosis
    expect(environment).toMatchObject({ observed: 'node', service: 'attachable' })
    expect(stages.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['network-in', 'deserialize', 'preprocess', 'network-out']),
    )
    expect(JSON.stringify(recording.gaps)).toContain('worker threads that ran before the agent came')
    const { requests, profiles, meta } = await openRecording(join(directory, out))
    expect(meta.processes[0]?.pid).toBe(child.pid)
    expect(profiles.length).toBeGreaterThan(0)
    const seen = Array.from(requests.serverStartMs.subarray(0, requests.count)).filter((ms) => ms >= 0)
    expect(seen.length).toBeGreaterThan(50)
    expect(await isClean(origin)).toBe(true)
  }
  expect(child.exitCode).toBeNull()
})

it('leaves the service alone soon after the recorder was killed', async () => {
  const { origin } = await start(process.execPath, 'attachable.mjs')
  const cli = startCli(attached(origin, 'killed', '60'), directory)
  while (await isClean(origin)) await soon()
  cli.signal('SIGKILL')
  await cli.finished
  while (!(await isClean(origin))) await soon()
  expect((await openRecording(join(directory, 'killed'))).meta.service.observed).toBe('node')
})

it('records the workers of a cluster', async () => {
  const { origin } = await start(process.execPath, 'cluster.mjs')
  expectDone(await runCli(attached(origin, 'cluster', '2'), directory))
  const { requests, meta } = await openRecording(join(directory, 'cluster'))
  const serving = new Set(requests.process.subarray(0, requests.count))
  expect(meta.processes).toHaveLength(3)
  expect(serving.size).toBe(2)
})

it('does not touch what is not Node, or is recorded already', async () => {
  const python = await start('python3', 'plain.py')
  expect(await runCli(attached(python.origin, 'python', '1'), directory)).toMatchObject({
    code: 4,
    stderr: expect.stringMatching(/^error: cannot attach to process \d+: it is not Node.*\nhint: drop --attach/),
  })
  expect(await acceptsConnections(new URL(python.origin))).toBe(true)

  const register = new URL('../../dist/agent/register.js', import.meta.url).href
  const recorded = { NODE_OPTIONS: `--import ${register}`, INFER_DIAG_DIR: join(directory, 'already') }
  const { origin } = await start(process.execPath, 'attachable.mjs', recorded)
  expect(await runCli(attached(origin, 'twice', '1'), directory)).toMatchObject({
    code: 4,
    stderr: expect.stringMatching(/^error: cannot attach to process \d+: it is recorded already/),
  })
  expect(await isClean(origin)).toBe(false)
})

it('is for a service without a command', async () => {
  expect(await runCli([...attached('http://127.0.0.1:9', 'x', '1'), '--', 'node', 'x.js'], directory)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^error: --attach is for a service that runs already/),
  })
})
