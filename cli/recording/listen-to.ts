import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicMs } from './monotonic-clock.js'
import type { OwnTrafficPlan, RequestPlan } from './plan.js'
import type { TrafficOutcome, TrafficRun } from './traffic-run.js'

const SHOW_EVERY_MS = 250

type ListenPlan = { readonly request: Pick<RequestPlan, 'url'>; readonly load: OwnTrafficPlan }

/** Lets others send for as long as planned, or until aborted. */
export async function listenTo(
  { request, load: { own, expectedPeakRps, warmupMs, durationMs } }: ListenPlan,
  { originMs, service, show, signal }: TrafficRun,
): Promise<TrafficOutcome<null>> {
  const beganMs = monotonicMs()
  const totalMs = warmupMs + durationMs
  const telling = setInterval(
    () => show({ phase: 'listening', elapsedMs: monotonicMs() - beganMs, totalMs }),
    SHOW_EVERY_MS,
  )
  await sleep(totalMs, undefined, { signal }).catch(() => {})
  clearInterval(telling)
  const fromMs = beganMs - originMs + warmupMs
  const toMs = Math.max(fromMs, monotonicMs() - originMs)
  const path = request.url.pathname
  return {
    outcome: null,
    meta: { ownTraffic: { path, method: own.method, fromMs, toMs, expectedPeakRps, readiness: service.readiness } },
  }
}
