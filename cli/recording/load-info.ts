import type { LoadInfo } from '../../core/model/recording-meta.js'
import type { LoadOutcome } from '../../load/index.js'
import type { LoadPlan, RequestPlan } from './plan.js'
import type { Service } from './service.js'

/** What a recording keeps of its load. `originMs`: time 0 of the recording on the monotonic clock. */
export function loadInfo(
  { request, load }: { readonly request: RequestPlan; readonly load: LoadPlan },
  outcome: LoadOutcome,
  originMs: number,
  service: Pick<Service, 'rootPid' | 'readiness'>,
): LoadInfo {
  return {
    url: request.url.href,
    method: request.method,
    loop: 'open',
    arrivals: typeof load.arrivals === 'string' ? load.arrivals : 'trace',
    rate: load.rate,
    seed: load.seed,
    bodyBytes: request.body?.length ?? 0,
    warmupMs: load.warmupMs,
    measuredFromMs: outcome.measuredFromMs - originMs,
    measuredToMs: outcome.measuredToMs - originMs,
    sent: outcome.measured.sent,
    sendLagP99Ms: outcome.sendLagP99Ms,
    sendLagMaxMs: outcome.sendLagMaxMs,
    void: outcome.void === null ? null : { reason: outcome.void.reason },
    sharedClock: service.rootPid !== null,
    expectedPeakRps: load.expectedPeakRps,
    readiness: service.readiness,
  }
}
