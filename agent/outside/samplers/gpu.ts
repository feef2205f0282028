import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { parseGpuRow, queryFields, refusedField } from './nvidia-smi.js'
import type { RunningSampler, Sampler, SamplingContext } from './sampler.js'

const RESTARTS = 5
/** Half a second at 10 Hz, doubled each time. */
const FIRST_RESTART_INTERVALS = 5

/** GPUs through one long-lived `nvidia-smi -lms`, whose rows are taken as they come: starting it takes a second. */
export const gpu: Sampler = {
  id: 'gpu',
  start(context): RunningSampler {
    const stream = new GpuStream(context)
    stream.start()
    return { stop: () => stream.stop() }
  },
}

class GpuStream {
  readonly #context: SamplingContext
  readonly #refused = new Set<string>()
  #child: ChildProcessByStdio<null, Readable, Readable> | null = null
  #restartTimer: NodeJS.Timeout | null = null
  #restarts = 0
  #rows = 0
  #stopped = false

  constructor(context: SamplingContext) {
    this.#context = context
  }

  start(): void {
    const fields = queryFields(this.#refused)
    const query = [`--query-gpu=${fields.join(',')}`, '--format=csv,noheader,nounits']
    const child = spawn(this.#context.nvidiaSmi, [...query, '-lms', String(this.#context.intervalMs)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    })
    this.#child = child
    let refused = false
    let complaint = ''
    const readLine = (line: string) => {
      const field = refusedField(line)
      if (field !== null && fields.includes(field)) {
        this.#refuse(field)
        refused = true
      } else if (!this.#take(line, fields)) complaint ||= line.trim()
    }
    createInterface({ input: child.stdout }).on('line', readLine)
    createInterface({ input: child.stderr }).on('line', readLine)
    child.on('error', (error: NodeJS.ErrnoException) => {
      this.#child = null
      const reason = error.code === 'ENOENT' ? `${this.#context.nvidiaSmi} is not installed` : error.message
      this.#context.notMeasured('gpu', reason)
    })
    child.on('close', (code, signal) => {
      if (this.#child !== child) return
      this.#child = null
      if (this.#stopped) return
      if (refused) this.start()
      else this.#ended(`nvidia-smi ended (${signal ?? `exit code ${code}`})${complaint && `: ${complaint}`}`)
    })
  }

  /** Ends nvidia-smi and waits for it. */
  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#restartTimer) clearTimeout(this.#restartTimer)
    const child = this.#child
    if (!child) return
    const closed = new Promise((resolve) => child.once('close', resolve))
    child.kill()
    const insist = setTimeout(() => child.kill('SIGKILL'), 500)
    await closed
    clearTimeout(insist)
  }

  #take(line: string, fields: readonly string[]): boolean {
    if (line.trim() === '') return true
    const row = parseGpuRow(line, fields)
    if (!row) {
      if (this.#rows > 0) this.#context.notMeasured('gpu', 'nvidia-smi printed lines that are not rows of its table')
      return false
    }
    this.#rows++
    const tMs = this.#context.nowMs()
    for (const { metric, value } of row.values) this.#context.emit(tMs, metric, row.gpu, value)
    for (const { field, text } of row.missing) {
      this.#context.notMeasured('gpu', `nvidia-smi gives ${field} of ${row.gpu} as "${text.slice(0, 40)}"`)
    }
    return true
  }

  #refuse(field: string): void {
    this.#refused.add(field)
    this.#context.notMeasured('gpu', `this nvidia-smi does not know ${field}`)
  }

  /** One that never gave a row has no GPU or driver to speak to; one that did may come back. */
  #ended(reason: string): void {
    this.#context.notMeasured('gpu', reason)
    if (this.#rows === 0) return
    if (this.#restarts === RESTARTS) {
      this.#context.notMeasured('gpu', `nvidia-smi ended ${RESTARTS + 1} times and is left alone from here on`)
      return
    }
    this.#restartTimer = setTimeout(
      () => this.start(),
      FIRST_RESTART_INTERVALS * this.#context.intervalMs * 2 ** this.#restarts,
    )
    this.#restarts++
  }
}
