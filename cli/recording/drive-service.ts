import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { collectInventory } from '../../agent/outside/inventory.js'
import { startSamplerThread } from '../../agent/outside/sampler-thread.js'
import type { DiagError } from '../../core/errors.js'
import { openRecording, writeMeta } from '../../formats/index.js'
import { type LoadOutcome, type LoadProgress, runLoad } from '../../load/index.js'
import type { Interruption } from '../interruption.js'
import type { Progress } from '../terminal/progress-line.js'
import { toolVersion } from '../tool.js'
import { loadInfo } from './load-info.js'
import type { RecordPlan, RequestPlan } from './plan.js'
import { attachService } from './running-service.js'
import type { Service } from './service.js'
import { startService } from './started-service.js'
import { Useless } from './useless.js'

/** The agent writes what it has at least this often; a service is stopped only after it had the chance. */
const AGENT_FLUSH_MS = 600
/** Of a plan with a watch. Opening the journals of 2,000 requests takes a tenth of a second. */
const WATCH_EVERY_MS = 2000

export type Driven = {
  readonly load: LoadOutcome
  /** Why the service ended before it was stopped; null when it lived to the end. */
  readonly died: DiagError | null
}

/**
 * Starts or finds the service, loads it while everything is sampled, and stops what was started: afterwards the
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
    const driven = await underLoad({ ...plan, request }, clock.monotonicOriginMs, service, show, interruption.signal)
    await writeMeta(plan.directory, {
      load: loadInfo({ ...plan, request }, driven.load, clock.monotonicOriginMs, service),
      durationMs: monotonicMs() - clock.monotonicOriginMs,
    })
    return driven
  } finally {
    show({ phase: 'stopping' })
    await service.stop(interruption.received ?? 'SIGTERM')
  }
}

function openService(plan: RecordPlan, signal: AbortSignal): Promise<Service> {
  const { service } = plan
  if (service.kind === 'start') return startService(service, plan, signal)
  return attachService(service, plan.request, signal)
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

async function underLoad(
  plan: Pick<RecordPlan, 'directory' | 'load' | 'watch'> & { readonly request: RequestPlan },
  originMs: number,
  service: Service,
  show: (progress: Progress) => void,
  interrupted: AbortSignal,
): Promise<Driven> {
  const { directory, request, load } = plan
  const samplers =
    service.rootPid === null ? null : await startSamplerThread({ dir: directory, rootPid: service.rootPid })
  const death = new AbortController()
  let died: DiagError | null = null
  void service.ended.then((error) => {
    died = error
    death.abort()
  })
  const watching = watchRecording(plan, originMs)
  try {
    const outcome = await runLoad(
      {
        url: request.url.href,
        method: request.method,
        headers: Object.entries(request.headers),
        body: request.body,
        insecure: request.insecure,
        arrivals: load.arrivals,
        rate: load.rate,
        seed: load.seed,
        warmupMs: load.warmupMs,
        durationMs: load.durationMs,
        timeoutMs: load.timeoutMs,
        dir: directory,
        signal: AbortSignal.any([interrupted, death.signal, watching.signal]),
      },
      (progress) => {
        show(loadProgress(progress))
        watching.look(progress)
      },
    )
    if (watching.signal.aborted && died === null && !interrupted.aborted) throw watching.signal.reason
    if (died === null) await sleep(AGENT_FLUSH_MS)
    return { load: outcome, died }
  } finally {
    await samplers?.stop()
  }
}

type Watching = {
  /** Aborted with a `Useless`. */
  readonly signal: AbortSignal
  readonly look: (progress: LoadProgress) => void
}

function watchRecording({ directory, watch }: Pick<RecordPlan, 'directory' | 'watch'>, originMs: number): Watching {
  const useless = new AbortController()
  let nextMs = WATCH_EVERY_MS
  const look = async (loadFromMs: number) => {
    const soFar = await openRecording(directory).catch(() => null)
    const reason = soFar === null ? null : watch?.(soFar, loadFromMs)
    if (typeof reason === 'string') useless.abort(new Useless(reason))
  }
  return {
    signal: useless.signal,
    look({ phase, elapsedMs }) {
      if (watch === undefined || phase === 'draining' || elapsedMs < nextMs) return
      nextMs = elapsedMs + WATCH_EVERY_MS
      void look(monotonicMs() - originMs - elapsedMs)
    },
  }
}

function loadProgress({ phase, elapsedMs, totalMs, rps, p95Ms, errors }: LoadProgress): Progress {
  const known = (value: number) => (Number.isNaN(value) ? null : value)
  return {
    phase: phase === 'measured' ? 'measuring' : phase,
    elapsedMs,
    totalMs,
    throughputRps: known(rps),
    p95Ms: known(p95Ms),
    errors,
  }
}

/** The clock that every journal of a host shares. */
function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
