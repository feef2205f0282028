import { parentPort, workerData } from 'node:worker_threads'
import { monotonicMs } from '../clock.js'
import { arrivalTimes } from '../schedule/arrivals.js'
import { type PacerJob, STOP, TICK } from './pacer.js'
import { runFirst } from './priority.js'

/** A bound on wake-ups at high rates: a request may be this late, and the thread wakes at most 5,000 times a second. */
const LEAST_SLEEP_MS = 0.2

const { schedule, share, flags } = workerData as PacerJob

runFirst()
parentPort?.once('message', pace)
tick()

function pace(startMs: number): void {
  let sleptUntilMs = Number.NEGATIVE_INFINITY
  for (const offsetMs of arrivalTimes(schedule, share)) {
    const dueMs = startMs + offsetMs
    if (dueMs <= sleptUntilMs) continue
    sleptUntilMs = Math.max(dueMs, sleptUntilMs + LEAST_SLEEP_MS)
    const leftMs = sleptUntilMs - monotonicMs()
    if (leftMs > 0) Atomics.wait(flags, STOP, 0, leftMs)
    if (Atomics.load(flags, STOP) === 1) return
    tick()
  }
}

/** One unread tick is enough: the sender sends everything that is due when it reads it. */
function tick(): void {
  if (Atomics.exchange(flags, TICK, 1) === 0) parentPort?.postMessage(null)
}
