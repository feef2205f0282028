import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import { isMainThread } from 'node:worker_threads'
import { nowMs } from '../clock.js'
import type { Observation } from '../observation.js'

const SAMPLE_EVERY_MS = 100
/** The delay monitor's timer; its histogram counts this much as delay, which is taken off again. */
const RESOLUTION_MS = 10

/** Samples this thread's event loop, its requests in flight and, on the main thread, the queue and the heap. */
export function eventLoop(observation: Observation): void {
  const { recorder, tickets, threadName } = observation
  const delay = isMainThread ? monitorEventLoopDelay({ resolution: RESOLUTION_MS }) : undefined
  delay?.enable()
  let before = performance.eventLoopUtilization()
  const sample = () => {
    const tMs = nowMs()
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
    if (delay === undefined) return
    recorder.sample('loop.delayP99', threadName, tMs, delayMs(delay.percentile(99)), false)
    recorder.sample('loop.delayMax', threadName, tMs, delayMs(delay.max), false)
    delay.reset()
    recorder.sample('process.heapUsed', '', tMs, getHeapStatistics().used_heap_size, false)
    const depth = tickets.depth()
    if (!Number.isNaN(depth)) recorder.sample('queue.depth', '', tMs, depth, false)
  }
  setInterval(sample, SAMPLE_EVERY_MS).unref()
}

function delayMs(histogramNs: number): number {
  return Math.max(0, histogramNs / 1e6 - RESOLUTION_MS)
}
