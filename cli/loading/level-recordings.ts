import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { collectInventory } from '../../agent/outside/inventory.js'
import { startSamplerThread } from '../../agent/outside/sampler-thread.js'
import { factsOf } from '../../core/facts/fact.js'
import { resources } from '../../core/facts/resources.js'
import type { LevelResources } from '../../core/model/load-report.js'
import type { Recording } from '../../core/model/recording.js'
import type { LoadInfo } from '../../core/model/recording-meta.js'
import { sliceRecording } from '../../core/model/recording-slice.js'
import { openRecording, writeMeta, writeRecording } from '../../formats/index.js'
import { monotonicMs } from '../recording/monotonic-clock.js'
import type { ServicePlan } from '../recording/plan.js'
import type { Service } from '../recording/service.js'
import { startService } from '../recording/started-service.js'
import { toolVersion } from '../tool.js'
import type { LoadPlan } from './plan.js'
import type { RecordedLevel } from './report.js'
import type { LabelledLevel } from './task.js'

/** The agent writes what it has at least this often; a service is stopped only after it had the chance. */
const AGENT_FLUSH_MS = 600
/** Answers that come after a level's end belong to it. */
const TAIL_MS = 1000

/** Starts the service under the agent, sampled from outside; everything goes into `dir` until it is stopped. */
export async function startRecordedService(
  plan: LoadPlan & { readonly service: ServicePlan & { kind: 'start' } },
  dir: string,
  signal: AbortSignal,
): Promise<Service> {
  const clock = { monotonicOriginMs: monotonicMs(), wallClockOriginMs: Date.now() }
  const service = await startService(plan.service, { directory: dir, request: plan.request }, signal)
  const samplers = service.rootPid === null ? null : await startSamplerThread({ dir, rootPid: service.rootPid })
  await writeMeta(dir, {
    id: randomUUID(),
    tool: { name: 'infer-diag', version: toolVersion() },
    startedAt: new Date(clock.wallClockOriginMs).toISOString(),
    command: plan.service.command,
    clock,
    sla: plan.sla,
    ...(service.rootPid === null ? {} : await collectInventory({ pid: service.rootPid })),
  })
  return {
    ...service,
    async stop(stopSignal) {
      await new Promise((resolve) => setTimeout(resolve, AGENT_FLUSH_MS))
      await samplers?.stop()
      await service.stop(stopSignal)
    },
  }
}

export type RecordedLevels = {
  readonly recorded: readonly RecordedLevel[]
  /** Why the others have no recording; null when all have one. */
  readonly failure: unknown
}

/**
 * Cuts the one recording of the whole load into a recording for each level (docs/decisions/0005), beside the report, and
 * reads from each how busy the service was. Never rejects: what the load found does not depend on it.
 */
export async function recordedLevels(
  plan: Pick<LoadPlan, 'directory' | 'request' | 'task'>,
  dir: string,
  levels: readonly LabelledLevel[],
): Promise<RecordedLevels> {
  const recorded: RecordedLevel[] = []
  try {
    const whole = await openRecording(dir)
    const digits = String(levels.length).length
    for (const [at, level] of levels.entries()) {
      const name = `level-${String(at + 1).padStart(digits, '0')}-${Math.round(level.rate)}rps`
      const recording = sliceRecording(whole, sliceOf(plan, whole, level, levels))
      await writeRecording(join(plan.directory, name), recording)
      recorded.push({ level, resources: resourcesOf(recording), recording: name })
    }
    return { recorded, failure: null }
  } catch (failure) {
    return { recorded, failure }
  }
}

function sliceOf(
  plan: Pick<LoadPlan, 'request' | 'task'>,
  whole: Recording,
  level: LabelledLevel,
  levels: readonly LabelledLevel[],
) {
  const originMs = whole.meta.clock.monotonicOriginMs
  const measuredFromMs = level.measuredFromMs - originMs
  const measuredToMs = level.measuredToMs - originMs
  const next = Math.min(
    ...levels.map((other) => other.measuredFromMs - other.warmupMs - originMs).filter((ms) => ms >= measuredToMs),
  )
  const { request, task } = plan
  const load: LoadInfo = {
    url: request.url.href,
    method: request.method,
    loop: task.kind === 'closed' ? 'closed' : 'open',
    arrivals:
      task.kind === 'trace' || task.kind === 'spike' ? 'trace' : task.kind === 'closed' ? 'constant' : task.arrivals,
    rate: level.rate,
    seed: level.seed,
    bodyBytes: request.body?.length ?? 0,
    warmupMs: level.warmupMs,
    measuredFromMs,
    measuredToMs,
    sent: level.requests,
    sendLagP99Ms: level.clientLagP99Ms,
    sendLagMaxMs: level.clientLagP99Ms,
    void: level.void,
    sharedClock: true,
  }
  const fromMs = task.kind === 'spike' || task.kind === 'soak' ? measuredFromMs : measuredFromMs - level.warmupMs
  return { fromMs, toMs: Math.min(next, measuredToMs + TAIL_MS), id: randomUUID(), load }
}

function resourcesOf(recording: Recording): LevelResources {
  const found = factsOf(recording).find(resources)
  return {
    eventLoopUtilization: found?.eventLoopUtilization ?? null,
    deviceBusyFraction: found?.deviceBusyFraction ?? null,
    processCpuCores: found?.processCpu ?? null,
    batchFullness: found?.batchFullness ?? null,
    meanBatch: found?.meanBatch ?? null,
  }
}
