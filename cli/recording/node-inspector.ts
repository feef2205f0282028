import { readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'undici'
import { DiagError } from '../../core/errors.js'
import { portsOf } from './listening-sockets.js'

const OPEN_WITHIN_MS = 3000
const ANSWER_WITHIN_MS = 5000
const CLOSED_WITHIN_MS = 2000
const LOOK_EVERY_MS = 50
// https://man7.org/linux/man-pages/man7/signal.7.html: a process that does not catch SIGUSR1 is ended by it.
const SIGUSR1_BIT = 1n << 9n

/** Whether a process is Node, and would not be ended by SIGUSR1. Reads /proc (Linux); false where that may not be read. */
export function takesInspector(pid: number): boolean {
  try {
    if (!/^node(js)?[\d.]*$/.test(basename(readlinkSync(`/proc/${pid}/exe`)))) return false
    const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? '0'
    return (BigInt(`0x${caught}`) & SIGUSR1_BIT) !== 0n
  } catch {
    return false
  }
}

/** The inspector of a Node process that runs already, as a debugger opens it: on this host's loopback, by SIGUSR1. */
export class NodeInspector {
  /** Whether it was closed before: then it is to be closed again. */
  readonly opened: boolean
  readonly #socket: WebSocket
  readonly #pid: number
  readonly #port: number
  readonly #answers = new Map<number, (answer: Answer) => void>()
  #lastId = 0

  private constructor(socket: WebSocket, pid: number, port: number, opened: boolean) {
    this.#socket = socket
    this.#pid = pid
    this.#port = port
    this.opened = opened
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data)) as Answer & { readonly id?: number }
      if (message.id === undefined) return
      this.#answers.get(message.id)?.(message)
      this.#answers.delete(message.id)
    })
    socket.addEventListener('close', () => {
      for (const answer of this.#answers.values()) answer({ error: { message: 'the process ended' } })
      this.#answers.clear()
    })
  }

  /** `busyPorts`: of the process, which serve something else. Throws a `service` error when it does not open. */
  static async open(pid: number, busyPorts: readonly number[]): Promise<NodeInspector> {
    const before = portsOf([pid])
    try {
      process.kill(pid, 'SIGUSR1')
    } catch (error) {
      throw cannotOpen(pid, `it may not be signalled: ${(error as NodeJS.ErrnoException).code}`)
    }
    const untilMs = performance.now() + OPEN_WITHIN_MS
    for (;;) {
      const fresh = portsOf([pid]).filter((port) => !before.includes(port))
      // It may have been open already.
      const isLate = performance.now() > untilMs
      for (const port of isLate ? before.filter((one) => !busyPorts.includes(one)) : fresh) {
        const url = await targetAt(port)
        if (url !== null) return new NodeInspector(await connected(url), pid, port, !isLate)
      }
      if (isLate)
        throw cannotOpen(pid, 'it did not open its inspector: another one holds the port, or it handles SIGUSR1')
      await sleep(LOOK_EVERY_MS)
    }
  }

  /** The JSON value of an expression, awaited. Rejects with what it threw. */
  async evaluate(expression: string): Promise<unknown> {
    const id = ++this.#lastId
    const answer = await new Promise<Answer>((resolve) => {
      this.#answers.set(id, resolve)
      const params = { expression, awaitPromise: true, returnByValue: true }
      this.#socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params }))
      setTimeout(resolve, ANSWER_WITHIN_MS, { error: { message: 'it did not answer' } }).unref()
    })
    const thrown = answer.error?.message ?? answer.result?.exceptionDetails?.exception?.description
    if (thrown !== undefined) throw new Error(thrown.split('\n')[0])
    return answer.result?.result?.value
  }

  /** Resolves when the port is free again, where it was to be closed, so that another process can have it. */
  async close(): Promise<void> {
    this.#socket.close()
    const untilMs = performance.now() + CLOSED_WITHIN_MS
    while (this.opened && portsOf([this.#pid]).includes(this.#port) && performance.now() < untilMs) {
      await sleep(LOOK_EVERY_MS)
    }
  }
}

type Answer = {
  readonly error?: { readonly message: string }
  readonly result?: {
    readonly result?: { readonly value?: unknown }
    readonly exceptionDetails?: { readonly exception?: { readonly description?: string } }
  }
}

/** The debugger address of the Node process that has its inspector at a port; null when there is none. */
async function targetAt(port: number): Promise<string | null> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/json/list`, { signal: AbortSignal.timeout(1000) })
    const [target] = (await answer.json()) as { readonly webSocketDebuggerUrl?: string }[]
    return target?.webSocketDebuggerUrl ?? null
  } catch {
    return null
  }
}

function connected(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url)
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve(socket), { once: true })
    socket.addEventListener('error', () => reject(new Error('the inspector refused the connection')), { once: true })
  })
}

function cannotOpen(pid: number, why: string): DiagError {
  return new DiagError('service', `cannot attach to process ${pid}: ${why}`, 'start the service under record instead')
}
