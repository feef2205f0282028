import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const register = join(root, 'dist/agent/register.js')

export type Ended = { readonly code: number | null; readonly signal: string | null; readonly ms: number }
export type ObservedService = {
  readonly url: string
  readonly child: ChildProcess
  /** All that it wrote to stdout and stderr. */
  readonly output: () => { stdout: string; stderr: string }
  readonly ended: Promise<Ended>
}

export type StartOptions = {
  readonly args?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  readonly agent?: boolean
}

/** Starts `services/<file>` as `record` does and waits until it says where it listens, or ends. */
export async function startService(
  file: string,
  directory: string | undefined,
  { args = [], env = {}, agent = true }: StartOptions = {},
): Promise<ObservedService> {
  if (!existsSync(register)) throw new Error('dist/agent/register.js is missing: run `npm run build`')
  const { INFER_DIAG_DIR: _, NODE_OPTIONS: __, ...inherited } = process.env
  const child = spawn(process.execPath, [join(root, 'test/agent/services', file), ...args], {
    cwd: root,
    env: {
      ...inherited,
      ...(agent && { NODE_OPTIONS: `--import ${pathToFileURL(register)}` }),
      ...(directory !== undefined && { INFER_DIAG_DIR: directory, INFER_DIAG_SAMPLERS: 'off' }),
      ...env,
    },
  })
  const startedMs = performance.now()
  let [stdout, stderr] = ['', '']
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ms: performance.now() - startedMs }))
  const listening = new Promise<string>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      const port = /listening (\d+)/.exec(stdout)
      if (port !== null) resolve(port[1] as string)
    })
  })
  const port = await Promise.race([listening, ended.then(() => '0')])
  return { url: `http://127.0.0.1:${port}`, child, output: () => ({ stdout, stderr }), ended }
}

/** Asks the service to end by itself and waits until it has. */
export async function stopService(service: ObservedService): Promise<Ended> {
  service.child.kill('SIGTERM')
  return service.ended
}

/** Runs `use` with a new empty directory, removed afterwards. */
export async function withDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'infer-diag-agent-'))
  try {
    return await use(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
