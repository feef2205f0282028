import type { Worker } from 'node:worker_threads'
import { DiagError, isOutOfFiles } from '../../core/errors.js'
import { bareThread } from '../bare-thread.js'
import type { FromSender, SenderProgress, SenderResult, ToSender } from './messages.js'
import type { SenderJob } from './sender.js'

/** A sender thread, seen from the thread that started it. */
export class SenderHandle {
  readonly result: Promise<SenderResult>
  readonly #worker: Worker

  private constructor(worker: Worker, result: Promise<SenderResult>) {
    this.#worker = worker
    this.result = result
  }

  /** Resolves when the thread could begin to send. Rejects when it cannot start, say because of the journal's folder. */
  static async start(job: SenderJob, onProgress: (progress: SenderProgress) => void): Promise<SenderHandle> {
    const name = `load sender ${job.share.index}`
    const worker = bareThread('sender/sender-thread', name, job)
    let ready = () => {}
    const started = new Promise<void>((resolve) => {
      ready = resolve
    })
    const result = new Promise<SenderResult>((resolve, reject) => {
      worker.on('message', (message: FromSender) => {
        if (message.kind === 'ready') ready()
        else if (message.kind === 'progress') onProgress(message)
        else resolve(message)
      })
      worker.on('error', (error) => reject(failure(error, job.dir)))
      worker.on('exit', (code) => reject(failure(new Error(`a sender thread ended with ${code}`), job.dir)))
    })
    await Promise.race([started, result])
    return new SenderHandle(worker, result)
  }

  begin(startMs: number): void {
    this.#post({ kind: 'start', startMs })
  }

  changeBody(body: Uint8Array): void {
    this.#post({ kind: 'body', body })
  }

  finish(): void {
    this.#post({ kind: 'finish' })
  }

  stop(): void {
    this.#post({ kind: 'stop' })
  }

  /** For when another sender failed and this one's result has no taker. */
  async terminate(): Promise<void> {
    this.result.catch(() => {})
    await this.#worker.terminate()
  }

  #post(message: ToSender): void {
    this.#worker.postMessage(message)
  }
}

function failure(error: Error, dir: string | null): Error {
  if (!('code' in error && 'path' in error) || isOutOfFiles(error)) return error
  return new DiagError('usage', `cannot write the recording: ${error.message}`, `check that ${dir} can be written to`)
}
