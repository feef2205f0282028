import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { DiagError } from '../core/errors.js'
import { monotonicMs } from './clock.js'
import { type LoadOptions, type LoadPlan, planLoad } from './options.js'
import { type LoadOutcome, loadOutcome } from './outcome.js'
import { type LoadProgress, ProgressBoard } from './progress.js'
import type { SenderJob } from './sender/sender.js'
import { SenderHandle } from './sender/sender-handle.js'

const PROGRESS_MS = 250
/** From now to the schedule's time 0: enough for the message to reach every sender. */
const LEAD_MS = 20

/** What can still be changed of a load that runs. */
export type RunningLoad = {
  /** Of requests that are sent from now on. */
  readonly changeBody: (body: Uint8Array) => void
}

/**
 * Drives a service with an open loop: requests are sent when the schedule says so, whatever the service does, and
 * latency counts from the scheduled time. Runs in worker threads; writes a journal for each into `options.dir`.
 *
 * Resolves with a void outcome, rather than rejecting, when the client could not keep up or every request failed.
 * Rejects with a usage DiagError for options that cannot be and a recording directory that cannot be written.
 */
export async function runLoad(
  options: LoadOptions,
  onProgress?: (progress: LoadProgress, running: RunningLoad) => void,
  onSettled?: (settled: Float64Array, startMs: number) => void,
): Promise<LoadOutcome> {
  const plan = planLoad(options)
  if (plan.dir !== null) await createDirectory(plan.dir)
  const board = new ProgressBoard(plan.senders, monotonicMs())
  let startMs = Number.NaN
  const senders = await startSenders(plan, (index, progress) => {
    board.add(index, progress, monotonicMs())
    onSettled?.(progress.settled, startMs)
  })
  startMs = monotonicMs() + LEAD_MS
  let endedMs = Number.POSITIVE_INFINITY
  let stoppedMs = Number.POSITIVE_INFINITY
  const stop = () => {
    stoppedMs = Math.min(stoppedMs, monotonicMs())
    for (const sender of senders) sender.stop()
  }
  const finish = () => {
    endedMs = Math.min(endedMs, monotonicMs())
    for (const sender of senders) sender.finish()
  }
  const running: RunningLoad = {
    changeBody(body) {
      for (const sender of senders) sender.changeBody(body)
    },
  }
  const telling = setInterval(() => onProgress?.({ ...clockOf(plan, startMs), ...board.read() }, running), PROGRESS_MS)
  try {
    for (const sender of senders) sender.begin(startMs)
    if (options.signal?.aborted) stop()
    else options.signal?.addEventListener('abort', stop, { once: true })
    options.enough?.addEventListener('abort', finish, { once: true })
    const results = await Promise.all(senders.map((sender) => sender.result))
    const measuredFromMs = startMs + plan.warmupMs
    return loadOutcome(results, {
      measuredFromMs,
      measuredToMs: Math.max(measuredFromMs, Math.min(startMs + plan.untilMs, stoppedMs, endedMs)),
      stoppedEarly: stoppedMs < Math.min(startMs + plan.untilMs, endedMs),
    })
  } finally {
    clearInterval(telling)
    options.signal?.removeEventListener('abort', stop)
    options.enough?.removeEventListener('abort', finish)
    await Promise.all(senders.map((sender) => sender.terminate()))
  }
}

async function createDirectory(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true })
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error)
    throw new DiagError('usage', `cannot create the recording's directory: ${got}`, 'choose another with -o')
  }
}

async function startSenders(
  plan: LoadPlan,
  onProgress: (sender: number, progress: Parameters<ProgressBoard['add']>[1]) => void,
): Promise<SenderHandle[]> {
  const random = randomBytes(8)
  const job = {
    url: plan.url.href,
    method: plan.method,
    headers: plan.headers,
    body: plan.body,
    insecure: plan.insecure,
    schedule: { arrivals: plan.arrivals, rate: plan.rate, seed: plan.seed, untilMs: plan.untilMs },
    warmupMs: plan.warmupMs,
    timeoutMs: plan.timeoutMs,
    run: { high: random.readUInt32LE(0), low: random.readUInt32LE(4) },
    dir: plan.dir,
  } satisfies Omit<SenderJob, 'share'>
  const starts = await Promise.allSettled(
    Array.from({ length: plan.senders }, (_, index) =>
      SenderHandle.start({ ...job, share: { index, of: plan.senders } }, (progress) => onProgress(index, progress)),
    ),
  )
  const started = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []))
  const failed = starts.find((start) => start.status === 'rejected')
  if (failed === undefined) return started
  await Promise.all(started.map((sender) => sender.terminate()))
  throw failed.reason
}

function clockOf(plan: LoadPlan, startMs: number): Pick<LoadProgress, 'phase' | 'elapsedMs' | 'totalMs'> {
  const elapsedMs = Math.max(0, monotonicMs() - startMs)
  const phase = elapsedMs < plan.warmupMs ? 'warm-up' : elapsedMs < plan.untilMs ? 'measured' : 'draining'
  return { phase, elapsedMs, totalMs: plan.untilMs }
}
