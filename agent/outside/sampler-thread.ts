import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

export type SamplerThreadOptions = {
  /** The recording directory, which must exist. */
  readonly dir: string
  /** The process whose tree is watched. */
  readonly rootPid: number
  /** Default 100. */
  readonly intervalMs?: number
  /** Path of nvidia-smi; default: the one on PATH. */
  readonly nvidiaSmi?: string
}

const STOP_MS = 2000

/**
 * Samples a process tree from a thread of ours into a journal of the recording directory. Resolves once the thread
 * runs; rejects when it cannot write there. `stop` resolves when everything is on disk, within two seconds; a thread
 * that died meanwhile makes it reject.
 */
export async function startSamplerThread(options: SamplerThreadOptions): Promise<{ stop(): Promise<void> }> {
  const worker = new Worker(new URL('./sampler-thread-main.js', import.meta.url), {
    workerData: options,
    name: 'infer-diag samplers',
  })
  await once(worker, 'message')
  const failures: Error[] = []
  worker.on('error', (error) => failures.push(error))
  const exited = new Promise((resolve) => worker.once('exit', resolve))
  return {
    async stop() {
      worker.postMessage('stop')
      const timeout = setTimeout(() => worker.terminate(), STOP_MS)
      await exited
      clearTimeout(timeout)
      for (const failure of failures) throw failure
    },
  }
}
