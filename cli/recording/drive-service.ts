import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { collectInventory } from '../../agent/outside/inventory.js'
import { startSamplerThread } from '../../agent/outside/sampler-thread.js'
import type { DiagError } from '../../core/errors.js'
import { writeMeta } from '../../formats/index.js'
import type { LoadOutcome } from '../../load/index.js'
import type { Interruption } from '../interruption.js'
import type { Progress } from '../terminal/progress-line.js'
import { toolVersion } from '../tool.js'
import { listenTo } from './listen-to.js'
import { monotonicMs } from './monotonic-clock.js'
import type { RecordPlan, RequestPlan } from './plan.js'
import { attachService } from './running-service.js'
import { sendLoad } from './send-load.js'
import type { Service } from './service.js'
import { startService } from './started-service.js'

/** The agent writes what it has at least this often; a service is stopped only after it had the chance. */
const AGENT_FLUSH_MS = 600

export type Driven = {
  /** Null where nothing was to be sent. */
  readonly load: LoadOutcome | null
  /** Why the service ended before it was stopped; null when it lived to the end. */
  readonly died: DiagError | null
}

/**
 * Starts or finds the service, loads it or lets others do so while everything is sampled, and stops what was started: afterwards the
 * directory holds a complete, unsealed recording. Throws a `service` error when the service never got ready,
 * `Interrupted` when that came first, and `Useless` with the reason of the plan's watch.
 */
export async function driveService(
  plan: RecordPlan,
  show: (progress: Progress) => void,
  interruption: Interruption,
): Promise<Driven> {
  const clock = { monotonicOriginMs: monotonicMs(), wallClockOriginMs: Date.now() }
  show({ phase: 'starting' })
  const service = await openService(plan, interruption.signal)
  try {
    show({ phase: 'ready' })
    const request = await fittedRequest(plan.request, service, show, interruption.signal)
    await writeMeta(plan.directory, {
      id: randomUUID(),
      tool: { name: 'infer-diag', version: toolVersion() },
      startedAt: new Date(clock.wallClockOriginMs).toISOString(),
      command: plan.service.kind === 'start' ? plan.service.command : null,
      clock,
      sla: plan.sla,
      // What another host is made of cannot be known from here.
      ...(service.rootPid === null ? {} : await collectInventory({ pid: service.rootPid })),
    })
    const driven = await underTraffic({ ...plan, request }, clock.monotonicOriginMs, service, show, interruption.signal)
    await writeMeta(plan.directory, { durationMs: monotonicMs() - clock.monotonicOriginMs })
    return driven
  } finally {
    show({ phase: 'stopping' })
    await service.stop(interruption.received ?? 'SIGTERM')
  }
}

function openService(plan: RecordPlan, signal: AbortSignal): Promise<Service> {
  const { service } = plan
  if (service.kind === 'start') return startService(service, plan, signal)
  return attachService(service, plan, signal)
}

/** Before the recording begins. Throws a `service` error when the service ends meanwhile, and the signal's reason. */
async function fittedRequest(
  request: RecordPlan['request'],
  service: Service,
  show: (progress: Progress) => void,
  interrupted: AbortSignal,
): Promise<RequestPlan> {
  const { body } = request
  if (typeof body !== 'function') return { ...request, body }
  show({ phase: 'fitting' })
  const death = new AbortController()
  void service.ended.then((error) => death.abort(error))
  return { ...request, body: await body(AbortSignal.any([interrupted, death.signal])) }
}

async function underTraffic(
  plan: Omit<RecordPlan, 'request'> & { readonly request: RequestPlan },
  originMs: number,
  service: Service,
  show: (progress: Progress) => void,
  interrupted: AbortSignal,
): Promise<Driven> {
  const { directory, load } = plan
  const samplers =
    service.rootPid === null ? null : await startSamplerThread({ dir: directory, rootPid: service.rootPid })
  const death = new AbortController()
  let died: DiagError | null = null
  void service.ended.then((error) => {
    died = error
    death.abort()
  })
  const run = { originMs, service, show, signal: AbortSignal.any([interrupted, death.signal]) }
  try {
    const { outcome, meta } =
      'own' in load ? await listenTo({ ...plan, load }, run) : await sendLoad({ ...plan, load }, run)
    if (died === null) await sleep(AGENT_FLUSH_MS)
    await writeMeta(directory, meta)
    return { load: outcome, died }
  } finally {
    await samplers?.stop()
  }
}
