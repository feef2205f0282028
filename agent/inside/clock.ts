import { performance } from 'node:perf_hooks'

// Captured before the service can replace them with fake timers.
const read = performance.now.bind(performance)
const nodeTiming = performance.nodeTiming
const originMs = monotonicOriginMs()

/** Milliseconds on the host's monotonic clock (CLOCK_MONOTONIC), the same for every thread and process of the host. */
export function nowMs(): number {
  return read() + originMs
}

/** A time of this thread's performance timeline (GC entries) on the monotonic clock. */
export function fromTimelineMs(timelineMs: number): number {
  return timelineMs + originMs
}

/** How long this thread's event loop has waited for events since it started, ms. */
export function loopIdleMs(): number {
  return nodeTiming.idleTime
}

// performance.now() costs a third of process.hrtime.bigint(); their distance is constant within a thread. The
// closest of several readings has the least preemption between the two calls.
function monotonicOriginMs(): number {
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < 16; i += 1) {
    const distance = Number(process.hrtime.bigint()) / 1e6 - read()
    if (distance < best) best = distance
  }
  return best
}
