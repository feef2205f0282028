import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export { freePort } from '../../fixtures/scenarios/free-port.js'

/** The built command line. */
export const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

export type Finished = {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export type Running = {
  readonly pid: number
  signal(name: NodeJS.Signals): void
  readonly finished: Promise<Finished>
}

/** Starts the built command line with its output piped. `more`: set in its environment. */
export function startCli(args: readonly string[], cwd: string, more: NodeJS.ProcessEnv = {}): Running {
  const env = { ...process.env }
  // vitest sets what would make a service under it behave unlike one outside.
  for (const name of ['NODE_OPTIONS', 'NODE_ENV', 'VITEST', 'CI']) delete env[name]
  Object.assign(env, more)
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return {
    pid: child.pid!,
    signal: (name) => child.kill(name),
    finished: once(child, 'close').then(([code, signal]) => ({ code, signal, stdout, stderr })),
  }
}

export function runCli(args: readonly string[], cwd: string, more: NodeJS.ProcessEnv = {}): Promise<Finished> {
  return startCli(args, cwd, more).finished
}

/**
 * Whether the load generator found no CPU to keep to its schedule. On a crowded machine any run may end so (exit 5,
 * without a verdict), and rightly: what a test says about verdicts does not hold then, all else does.
 */
export function wasClientBound({ code, stderr }: Finished): boolean {
  return code === 5 && stderr.includes('the load generator could not keep up')
}

export function serviceFile(name: string): string {
  return fileURLToPath(new URL(`services/${name}`, import.meta.url))
}

export function scratchDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'infer-diag-e2e-'))
}
