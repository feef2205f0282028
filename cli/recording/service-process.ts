import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { DiagError, isOutOfFiles } from '../../core/errors.js'
import { openFilesHint } from '../open-files.js'
import { lastLines } from './log-tail.js'
import { livingProcesses } from './process-tree.js'
import { ServiceLog } from './service-log.js'

/** How long a service may take to end after a polite signal. */
const GRACE_MS = 5000
/** How long the kernel may take to end it after SIGKILL. */
const KILL_WAIT_MS = 2000
const POLL_MS = 25

export type ServiceExit = { readonly code: number | null; readonly signal: NodeJS.Signals | null }

export type ServiceStart = {
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** "NAME=value" of `env`, unlike any other process's: it finds children that left the process group. */
  readonly mark: string
  readonly logFile: string
}

/** A service that we started, in a process group of its own, so that a terminal's Ctrl-C reaches us alone. */
export class ServiceProcess {
  readonly pid: number
  /** Resolves when the command itself ended; never rejects. */
  readonly exited: Promise<ServiceExit>
  readonly #mark: string
  readonly #logFile: string
  readonly #log: ServiceLog
  readonly #onOurExit = (): void => this.killNow()

  /** Starts the command; throws a `service` error when it cannot be executed at all. */
  static async start(start: ServiceStart): Promise<ServiceProcess> {
    const [file = '', ...args] = start.command
    const log = new ServiceLog(start.logFile)
    try {
      const child = spawn(file, args, { env: start.env, stdio: ['ignore', log.fd, log.fd], detached: true })
      await new Promise<void>((resolve, reject) => {
        child.once('spawn', resolve)
        child.once('error', (error: NodeJS.ErrnoException) => reject(cannotStart(file, error)))
      })
      return new ServiceProcess(child, start, log)
    } catch (error) {
      log.close()
      throw error
    }
  }

  private constructor(child: ChildProcess, start: ServiceStart, log: ServiceLog) {
    this.pid = child.pid!
    this.#mark = start.mark
    this.#logFile = start.logFile
    this.#log = log
    this.exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))
    process.on('exit', this.#onOurExit)
  }

  /** The command's process and everything it started that is still alive. */
  pids(): number[] {
    return livingProcesses(this.pid, this.#mark).map(({ pid }) => pid)
  }

  /** The last lines that the service wrote to stdout and stderr. */
  tail(lines: number): string[] {
    return lastLines(this.#logFile, lines)
  }

  /** Output that service.log has no room for, in bytes. */
  get logCutBytes(): number {
    return this.#log.cutBytes
  }

  /** Ends the whole tree: `signal`, a grace period, then SIGKILL. Resolves when nothing of it is left. */
  async stop(signal: NodeJS.Signals, graceMs = GRACE_MS): Promise<void> {
    this.#signalAll(signal)
    if (!(await this.#goneWithin(graceMs))) {
      this.#signalAll('SIGKILL')
      await this.#goneWithin(KILL_WAIT_MS)
    }
    process.off('exit', this.#onOurExit)
    this.#log.close()
  }

  /** SIGKILL to the whole tree, synchronously: for when we are going down ourselves. */
  killNow(): void {
    this.#signalAll('SIGKILL')
  }

  /** The group in one call, so that no parent restarts a child in between; then who left the group, one by one. */
  #signalAll(signal: NodeJS.Signals): void {
    const processes = livingProcesses(this.pid, this.#mark)
    if (processes.some(({ group }) => group === this.pid)) sendSignal(-this.pid, signal)
    for (const { pid, group } of processes) if (group !== this.pid) sendSignal(pid, signal)
  }

  async #goneWithin(limitMs: number): Promise<boolean> {
    for (let waitedMs = 0; waitedMs < limitMs; waitedMs += POLL_MS) {
      if (this.pids().length === 0) return true
      await sleep(POLL_MS)
    }
    return this.pids().length === 0
  }
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It ended meanwhile, which is what the signal is for.
  }
}

function cannotStart(file: string, error: NodeJS.ErrnoException): DiagError {
  if (error.code === 'ENOENT') {
    return new DiagError('service', `cannot start '${file}': command not found`, 'check the command after --')
  }
  if (error.code === 'EACCES') {
    return new DiagError(
      'service',
      `cannot start '${file}': permission denied`,
      `make it executable: \`chmod +x ${file}\``,
    )
  }
  const hint = isOutOfFiles(error) ? openFilesHint() : 'check the command after --'
  return new DiagError('service', `cannot start '${file}': ${error.message}`, hint)
}
