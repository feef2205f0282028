import { resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { SHARED, WRITER_PHASE, type WriterTask } from '../../core/model/journal-layout.js'

/** The longest that a service's exit waits for the last records to be written. */
const FLUSH_LIMIT_MS = 300
/** The longest that it waits for a writer that is still starting: a process that lived for less than this. */
const START_LIMIT_MS = 1000

/**
 * Starts the thread that copies the rings to disk. It keeps the process from exiting by nothing, inherits neither
 * preloads nor output streams of the service, and if it fails, the rings fill and drop. `worthWaiting` is asked when
 * the process exits before the writer has started. What it returns ends the thread once it has written what there is.
 */
export function startWriter(
  shared: SharedArrayBuffer,
  environment: NodeJS.ProcessEnv,
  startMonotonicMs: number,
  worthWaiting: () => boolean,
): () => Promise<void> {
  const task: WriterTask = {
    inferDiagWriter: true,
    shared,
    directory: resolve(environment.INFER_DIAG_DIR ?? '.'),
    processStartMonotonicMs: startMonotonicMs,
    samplers: environment.INFER_DIAG_SAMPLERS !== 'off',
    profile: environment.INFER_DIAG_PROFILE ?? 'off',
    recorderPid: visible(Number(environment.INFER_DIAG_RECORDER_PID)),
    limitMs: Number(environment.INFER_DIAG_LIMIT_MS) || Number.POSITIVE_INFINITY,
  }
  // Without NODE_OPTIONS in its environment a worker loads no preloads: neither us again nor anybody else's.
  const { NODE_OPTIONS: _, ...env } = environment
  const writer = new Worker(new URL('../outside/journal-writer.js', import.meta.url), {
    workerData: task,
    env,
    execArgv: [],
    stdin: false,
    stdout: true,
    stderr: true,
  })
  writer.on('error', () => {})
  writer.unref()
  const flush = () => {
    const words = new Int32Array(shared, 0, SHARED.rings)
    const starting = Atomics.load(words, SHARED.writerPhase) === WRITER_PHASE.starting
    if (starting && !worthWaiting()) return
    writer.postMessage('flush')
    Atomics.wait(words, SHARED.writerPhase, WRITER_PHASE.starting, START_LIMIT_MS)
    Atomics.wait(words, SHARED.writerPhase, WRITER_PHASE.running, FLUSH_LIMIT_MS)
  }
  process.once('exit', flush)
  return async () => {
    process.off('exit', flush)
    const ended = new Promise<unknown>((resolve) => writer.once('exit', resolve))
    writer.postMessage('end')
    await ended
  }
}

/** A recorder that waits for us now, or has just started us; null where it cannot be seen: in a container, numbers mean other processes. */
function visible(pid: number): number | null {
  try {
    return pid > 0 && process.kill(pid, 0) ? pid : null
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? pid : null
  }
}
