import { type EventLoopUtilization, performance } from 'node:perf_hooks'
import { parentPort, workerData } from 'node:worker_threads'
import { monotonicMs } from '../clock.js'
import { isClosed } from '../schedule/arrivals.js'
import { JournalFile } from './journal-file.js'
import type { FromSender, ToSender } from './messages.js'
import { Pacer } from './pacer.js'
import { runFirst } from './priority.js'
import { Sender, type SenderJob } from './sender.js'

/** How often records reach the file and progress is told: a kill loses at most this much. */
const TICK_MS = 250

runFirst()
const job = workerData as SenderJob
const [pacer, journal] = await Promise.all([
  isClosed(job.schedule.arrivals) ? null : Pacer.create(job.schedule, job.share),
  job.dir === null ? null : JournalFile.create(job.dir),
])
const sender = new Sender(job, pacer, journal)
let measuring: EventLoopUtilization | null = null
let loopBusyFraction = Number.NaN

parentPort?.on('message', (message: ToSender) => {
  if (message.kind === 'stop') sender.stop()
  else if (message.kind === 'finish') sender.finish()
  else if (message.kind === 'body') sender.changeBody(message.body)
  else void run(message.startMs)
})
tell({ kind: 'ready' })

async function run(startMs: number): Promise<void> {
  const ticking = setInterval(() => tick(startMs), TICK_MS)
  await sender.send(startMs)
  clearInterval(ticking)
  tick(startMs)
  await journal?.close()
  const { warmUp, measured, statuses, errors, lagUs, latencyUs, latencyFromSentUs, heldBack } = sender.counter
  tell({
    kind: 'done',
    tally: { warmUp, measured, statuses, errors, lagUs, latencyUs, latencyFromSentUs, heldBack },
    loopBusyFraction,
    connections: sender.connections.opened,
    journal: journal?.path ?? null,
  })
  parentPort?.close()
}

function tick(startMs: number): void {
  void journal?.flush()
  const nowMs = monotonicMs()
  if (nowMs >= startMs + job.warmupMs) measuring ??= performance.eventLoopUtilization()
  if (measuring !== null && nowMs <= startMs + job.schedule.untilMs) {
    loopBusyFraction = performance.eventLoopUtilization(measuring).utilization
  }
  const settled = sender.settled.take()
  tell({ kind: 'progress', counts: sender.counter.totals(), settled }, [settled.buffer as ArrayBuffer])
}

function tell(message: FromSender, transfer: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer)
}
