import { execFile, execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Diagnosis } from '../../core/model/diagnosis.js'
import { freePort, scratchDirectory } from './command-line.js'

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const MAX_PACKAGES = 60
const MAX_MEGABYTES = 60

const SERVER = `
import { createServer } from 'node:http'
import { stage } from 'infer-diag/agent'

createServer(async (request, response) => {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const scores = stage('preprocess', () => JSON.parse(Buffer.concat(chunks)).input.map((x) => x * 2))
  response.end(JSON.stringify(scores))
}).listen(Number(process.argv[2]), '127.0.0.1')
`

/** Where the registry is out of reach the package cannot be installed, and there is nothing to test. */
function registryAnswers(): boolean {
  try {
    execFileSync('npm', ['view', 'commander@14', 'name', '--fetch-retries=0', '--fetch-timeout=10000'], {
      stdio: 'ignore',
    })
    return true
  } catch {
    return false
  }
}

describe.runIf(registryAnswers())('the package installed in an unrelated project', () => {
  let project = ''
  beforeAll(async () => {
    project = scratchDirectory()
    // The build is there already, and rebuilding would pull it from under the other tests.
    await run('npm', ['pack', '--ignore-scripts', '--pack-destination', project], { cwd: ROOT })
    writeFileSync(join(project, 'package.json'), '{"name": "unrelated", "private": true, "type": "module"}')
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
    const options = ['--omit=dev', '--no-audit', '--no-fund', '--prefer-offline']
    await run('npm', ['install', ...options, `./infer-diag-${version}.tgz`], { cwd: project, timeout: 120_000 })
    writeFileSync(join(project, 'server.mjs'), SERVER)
    writeFileSync(join(project, 'payload.json'), JSON.stringify({ input: Array.from({ length: 500 }, (_, i) => i) }))
  }, 150_000)
  afterAll(() => rmSync(project, { recursive: true, force: true }))

  it('brings few packages and little weight', () => {
    const lock = JSON.parse(readFileSync(join(project, 'node_modules/.package-lock.json'), 'utf8')) as {
      packages: object
    }
    expect(Object.keys(lock.packages).length).toBeLessThan(MAX_PACKAGES)
    const kilobytes = Number(
      execFileSync('du', ['-sk', 'node_modules'], { cwd: project, encoding: 'utf8' }).split('\t')[0],
    )
    expect(kilobytes / 1000).toBeLessThan(MAX_MEGABYTES)
  })

  it('records a service there that imports infer-diag/agent', async () => {
    const port = await freePort()
    const load = [
      '--rate',
      '60',
      '--duration',
      '2',
      '--warmup',
      '300ms',
      '--body',
      'payload.json',
      '-o',
      'out',
      '--json',
    ]
    const args = [
      'infer-diag',
      'record',
      '--url',
      `http://127.0.0.1:${port}/`,
      ...load,
      '--',
      'node',
      'server.mjs',
      String(port),
    ]
    const env = { ...process.env, NODE_OPTIONS: '' }
    // A crowded machine makes the run void (exit 5), with the Diagnosis on stdout all the same.
    const { stdout } = await run('npx', args, { cwd: project, env }).catch(
      (error: { code: number; stdout: string }) => {
        expect(error.code).toBe(5)
        return error
      },
    )
    const diagnosis = JSON.parse(stdout) as Diagnosis
    expect(diagnosis.environment.observed).toBe('node')
    expect(diagnosis.stages.map(({ id }) => id)).toContain('preprocess')
    expect(readFileSync(join(project, 'out/report.html'), 'utf8')).toContain('preprocess')
  })
})
