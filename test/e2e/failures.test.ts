import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openRecording } from '../../formats/index.js'
import { freePort, MAIN, runCli, scratchDirectory, serviceFile } from './command-line.js'

let directory = ''
beforeAll(() => {
  directory = scratchDirectory()
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const run = (...args: string[]) => runCli(args, directory)
const load = ['--rate', '50', '--duration', '1', '--warmup', '0']
const plain = (port: number, ...flags: string[]) => [
  '--',
  'node',
  serviceFile('plain.mjs'),
  '--port',
  String(port),
  ...flags,
]

describe('wrong command lines exit 2 with a hint', () => {
  it.each([
    [['recrod'], "error: unknown command 'recrod'\nhint: did you mean record?\n"],
    [['record', '--rat', '5'], "error: unknown option '--rat'\nhint: did you mean --rate?\n"],
    [['diagnose'], "error: missing required argument 'recording'\nhint: see infer-diag diagnose --help\n"],
    [
      ['diagnose', 'a', 'b'],
      "error: too many arguments for 'diagnose': expected 1 argument but got 2\nhint: see infer-diag diagnose --help\n",
    ],
    [['record'], 'error: --url is missing\nhint: write --url http://127.0.0.1:3000/predict\n'],
    [['record', '--url', 'x'], "error: --url got 'x', wanted a URL\nhint: write --url http://127.0.0.1:3000/predict\n"],
    [
      ['record', '--url', 'http://x/', '--sla', 'fast'],
      "error: --sla: 'fast' is not <target>=<limit>\nhint: write it like --sla p95=120ms,errors=0.1%\n",
    ],
    [
      ['record', '--url', 'http://x/', '--rate', '0'],
      "error: --rate got '0', wanted a number above 0\nhint: write for example --rate 50\n",
    ],
    [['record', '--url', 'http://x/', '--check'], 'error: --check has no SLA to check\nhint: add --sla p95=120ms\n'],
    [['demo', 'maxi-challenge'], /^error: unknown scenario 'maxi-challenge'\nhint: choose one of: mini-challenge/],
  ])('%j', async (args, stderr) => {
    const finished = await run(...args, ...(args[0] === 'recrod' ? [] : []))
    expect(finished).toMatchObject({ code: 2, stdout: '' })
    if (typeof stderr === 'string') expect(finished.stderr).toBe(stderr)
    else expect(finished.stderr).toMatch(stderr)
  })

  it('keeps stdout empty with --json too, and starts nothing', async () => {
    const finished = await run(
      'record',
      '--json',
      '--url',
      'http://127.0.0.1:1/',
      '--body',
      'none',
      '--',
      'touch',
      'started',
    )
    expect(finished).toMatchObject({ code: 2, stdout: '' })
    expect(existsSync(join(directory, 'started'))).toBe(false)
  })
})

describe('unreadable recordings exit 3 with a hint', () => {
  it.each([
    ['missing', () => {}],
    ['empty', (path: string) => mkdirSync(path)],
    [
      'foreign',
      (path: string) => {
        mkdirSync(path)
        writeFileSync(join(path, 'holiday.jpg'), 'x')
      },
    ],
    ['plain-file', (path: string) => writeFileSync(path, 'x')],
    [
      'newer',
      (path: string) => {
        mkdirSync(path)
        writeFileSync(join(path, 'meta.json'), '{"formatVersion": 999}')
      },
    ],
  ])('%s', async (name, make) => {
    make(join(directory, name))
    for (const command of ['diagnose', 'report']) {
      const finished = await run(command, name)
      expect(finished).toMatchObject({ code: 3, stdout: '' })
      expect(finished.stderr).toMatch(/^error: .+\nhint: .+\n$/)
    }
  })
})

describe('services that do not work exit 4 or 5 with a hint', () => {
  it('a port in use', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const finished = await run('record', '--url', `http://127.0.0.1:${port}/`, ...load, '-o', 'in-use', ...plain(port))
    const ready = ['--url', `http://127.0.0.1:${await freePort()}/`, '--ready', `http://127.0.0.1:${port}/`]
    const notReady = await run('record', ...ready, ...load, '-o', 'in-use', ...plain(port))
    server.close()
    expect(notReady).toMatchObject({ code: 4, stdout: '', stderr: finished.stderr })
    expect(finished).toMatchObject({ code: 4, stdout: '' })
    expect(finished.stderr).toMatch(
      /^error: port \d+ is already in use by process \d+\nhint: stop that process, or drop/,
    )
  })

  it('a command that does not exist', async () => {
    const url = `http://127.0.0.1:${await freePort()}/`
    const finished = await run('record', '--url', url, ...load, '-o', 'no-command', '--', 'no-such-command')
    expect(finished).toMatchObject({ code: 4, stdout: '' })
    expect(finished.stderr).toBe(
      "error: cannot start 'no-such-command': command not found\nhint: check the command after --\n",
    )
  })

  it('a service that exits at once, with its last words; the directory can be used again', async () => {
    const url = `http://127.0.0.1:${await freePort()}/`
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const finished = await run('record', '--url', url, ...load, '-o', 'exits', '--', 'node', 'missing.js')
      expect(finished).toMatchObject({ code: 4, stdout: '' })
      expect(finished.stderr).toMatch(/^ {2}\| Error.*: Cannot find module '/m)
      expect(finished.stderr).toMatch(/\nerror: the service ended with exit code 1 before it was ready\nhint: .+\n$/)
    }
  })

  it('a service on another port', async () => {
    const [port, other] = [await freePort(), await freePort()]
    const args = ['--url', `http://127.0.0.1:${port}/`, '--ready-timeout', '1500ms', '-o', 'elsewhere']
    const finished = await run('record', ...args, ...load, ...plain(other))
    expect(finished).toMatchObject({ code: 4, stdout: '' })
    expect(finished.stderr).toContain(`error: the service did not listen on 127.0.0.1:${port} within 1.5 s`)
    expect(finished.stderr).toContain(`hint: it listens on port ${other}: correct the URL`)
  })

  it('a service that never gets ready', async () => {
    const port = await freePort()
    const origin = `http://127.0.0.1:${port}`
    const args = ['--url', `${origin}/`, '--ready', `${origin}/ready`, '--ready-timeout', '1s', '-o', 'unready']
    const finished = await run('record', ...args, ...load, ...plain(port, '--ready-after', '1e9'))
    expect(finished).toMatchObject({ code: 4, stdout: '' })
    expect(finished.stderr).toContain(
      `error: ${origin}/ready never answered 2xx within 1 s: the last answer was status 503`,
    )
  })

  it('a running service that never gets ready', async () => {
    const server = createServer((_, response) => response.writeHead(503).end())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const args = ['--url', `${origin}/`, '--ready', `${origin}/ready`, '--ready-timeout', '500ms', '-o', 'unready']
    const finished = await run('record', ...args, ...load, '--force')
    server.close()
    expect(finished).toMatchObject({
      code: 4,
      stderr: expect.stringContaining(
        `error: ${origin}/ready never answered 2xx within 0.5 s: the last answer was status 503\nhint: check the URL of --ready`,
      ),
    })
  })

  it('nothing running where no command is given', async () => {
    const port = await freePort()
    const finished = await run('record', '--url', `http://127.0.0.1:${port}/`, ...load, '-o', 'nobody')
    expect(finished).toMatchObject({ code: 4, stdout: '' })
    expect(finished.stderr).toMatch(/^error: nothing accepts connections on .+\nhint: start the service first, or give/)
    expect(existsSync(join(directory, 'nobody'))).toBe(false)
  })

  it('a host that does not exist', async () => {
    // RFC 6761: no name under .invalid ever has an address.
    const finished = await run('record', '--url', 'http://service.invalid/', ...load, '-o', 'nowhere')
    expect(finished).toMatchObject({
      code: 4,
      stdout: '',
      stderr: 'error: no address is known for the host service.invalid\nhint: check the URL\n',
    })
  })

  it('a service that returns only 500s, with the recording kept', async () => {
    const port = await freePort()
    const finished = await run(
      'record',
      '--url',
      `http://127.0.0.1:${port}/`,
      ...load,
      '-o',
      'broken',
      ...plain(port, '--status', '500'),
    )
    expect(finished.code).toBe(5)
    expect(finished.stderr).toMatch(
      /^about 50 requests are due, too few for a p95 \(72\), .+: --duration 11s would do\nerror: each of \d+ requests failed: \d+ x status 500\nhint: .+\n$/,
    )
    expect((await openRecording(join(directory, 'broken'))).requests.count).toBeGreaterThan(20)
  })

  it('a service that dies under load, with the recording kept and readable', async () => {
    const port = await freePort()
    const args = [
      '--url',
      `http://127.0.0.1:${port}/`,
      '--rate',
      '50',
      '--duration',
      '20',
      '--warmup',
      '0',
      '-o',
      'dies',
    ]
    const finished = await run('record', ...args, ...plain(port, '--crash-after', '40'))
    expect(finished.code).toBe(4)
    expect(finished.stderr).toContain('the model is on fire')
    expect(finished.stderr).toMatch(/\nerror: the service ended with exit code 1 under load\nhint: .+\n$/)
    expect((await openRecording(join(directory, 'dies'))).requests.count).toBeGreaterThan(30)
    expect((await run('diagnose', 'dies')).code).toBe(0)
  })
})

describe('output that cannot be written', () => {
  it('is a directory of something else', async () => {
    mkdirSync(join(directory, 'thesis'))
    writeFileSync(join(directory, 'thesis/chapter.tex'), 'x')
    const finished = await run('record', '--url', 'http://127.0.0.1:1/', '-o', 'thesis', '--', 'true')
    expect(finished).toMatchObject({ code: 2, stdout: '' })
    expect(finished.stderr).toBe(
      'error: thesis holds other files (chapter.tex)\nhint: give -o a new or empty directory\n',
    )
  })

  it('is a read-only place', async () => {
    const finished = await run('record', '--url', 'http://127.0.0.1:1/', '-o', '/proc/recording', '--', 'true')
    expect(finished.stdout).toBe('')
    expect(finished.stderr).toMatch(/^error: .+\nhint: .+\n$/)
    expect(finished.code).toBe(6)
  })
})

describe.runIf(process.platform === 'linux')('more open files than ulimit -n allows', () => {
  it.each([
    ['record', '--url', 'http://127.0.0.1:1/', '-o', 'few-files', '--', 'touch', 'few-files-started'],
    ['load', 'http://127.0.0.1:1/', '--steps', '9', '-o', 'few-files', '--', 'touch', 'few-files-started'],
    ['diagnose', 'few-files'],
  ])('is an error that names the limit, before anything is started or made: %s', (...args) => {
    // Every module is a file: these are too few even to load a command.
    const limited = ['-c', 'ulimit -n 48; exec "$0" "$@"', process.execPath, MAIN, ...args]
    const finished = spawnSync('sh', limited, { cwd: directory, encoding: 'utf8' })
    expect(finished.stderr).toBe(
      'error: too many open files\nhint: raise ulimit -n, which is 48, where infer-diag or its container is started\n',
    )
    expect(finished).toMatchObject({ status: 6, stdout: '' })
    expect(existsSync(join(directory, 'few-files'))).toBe(false)
    expect(existsSync(join(directory, 'few-files-started'))).toBe(false)
  })
})

describe('output that nobody takes', () => {
  it.runIf(process.platform === 'linux')('is an error when the disk is full', async () => {
    const full = openSync('/dev/full', 'w')
    const finished = spawnSync(process.execPath, [MAIN, 'plan', 'littles-law', '--rate', '100', '--latency', '40ms'], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    })
    closeSync(full)
    expect(finished.status).toBe(6)
    expect(finished.stderr).toMatch(/^error: cannot write the output: the disk is full\nhint: .+\n$/)
  })

  it('is none when the reader left', async () => {
    const cli = spawn(process.execPath, [MAIN, 'record', '--help'], { stdio: ['ignore', 'pipe', 'pipe'] })
    cli.stdout.destroy()
    const [code] = await once(cli, 'close')
    expect(code).toBe(0)
  })
})
