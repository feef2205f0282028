import { performance } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import { isMainThread } from 'node:worker_threads'
import { nowMs } from '../clock.js'
import { fixedWorkMs } from '../core-speed.js'
import type { Observation, Undo } from '../observation.js'

const SAMPLE_EVERY_MS = 100
const CORE_SPEED_EVERY = 2

/**
 * Samples this thread's event loop, its requests in flight and, on the main thread, the queue and the heap. How late the
 * loop is, the timer of the samples tells by itself: Node's monitorEventLoopDelay wakes an idle loop up a hundred times a
 * second for it (test/bench/idle-cost.mjs).
 */
export function eventLoop(observation: Observation): Undo {
  const { recorder, tickets, threadName } = observation
  let before = performance.eventLoopUtilization()
  let lastMs = nowMs()
  let samples = 0
  const sample = () => {
    if (observation.ended()) {
      observation.end()
      return
    }
    const tMs = nowMs()
    const lateMs = Math.max(0, tMs - lastMs - SAMPLE_EVERY_MS)
    lastMs = tMs
    const now = performance.eventLoopUtilization()
    recorder.sample(
      'loop.utilization',
      threadName,
      tMs,
      performance.eventLoopUtilization(now, before).utilization,
      false,
    )
    before = now
    if (observation.serves) recorder.sample('requests.inFlight', threadName, tMs, observation.inFlight, false)
    if (!isMainThread) return
    recorder.sample('loop.delay', threadName, tMs, lateMs, false)
    recorder.sample('process.heapUsed', '', tMs, getHeapStatistics().used_heap_size, false)
    if (samples++ % CORE_SPEED_EVERY === 0) recorder.sample('loop.fixedWork', threadName, tMs, fixedWorkMs(), false)
    const depth = tickets.depth()
    if (!Number.isNaN(depth)) recorder.sample('queue.depth', '', tMs, depth, false)
  }
  const timer = setInterval(sample, SAMPLE_EVERY_MS).unref()
  return () => {
    clearInterval(timer)
    return true
  }
}
