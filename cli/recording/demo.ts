import { DiagError } from '../../core/errors.js'
import type { Diagnosis } from '../../core/model/diagnosis.js'
import {
  type Scenario,
  type RecordPlan as ScenarioPlan,
  type Steering,
  scenarios,
} from '../../fixtures/scenarios/index.js'
import { agentEnvironment, laterProfileStart } from './agent-environment.js'
import { loopUseOf } from './loop-use.js'
import type { RecordPlan } from './plan.js'
import { type Recorded, recordService } from './record-service.js'
import { prepareRecordingDirectory, removeIfEmpty } from './recording-directory.js'
import { makeScratchDirectory } from './scratch-directory.js'
import { printDiagnosis, type Session, withSession } from './session.js'
import { Useless } from './useless.js'
import { printVerification, verifyRemedies } from './verification.js'

const READY_TIMEOUT_MS = 30_000
const REQUEST_TIMEOUT_MS = 10_000
/** Seldom is one needed; a machine that changes its speed all the time would make any number useless. */
const MOST_REPEATS = 2

export type DemoOptions = {
  readonly json: boolean
  /** Make the two best changes for real and measure again. */
  readonly verify: boolean
}

/**
 * Runs a scenario of the reference service: prepare (calibrate), record, diagnose and show; then, where the scenario has
 * changes to make, predict them, make them, record again and show both. Throws the error that decides the exit code.
 */
export async function recordDemo(name: string, directory: () => string, options: DemoOptions): Promise<void> {
  const scenario = scenarioNamed(name)
  const path = directory()
  const scratch = makeScratchDirectory()
  try {
    const recorded = await withSession((session) => run(scenario, { scratch: scratch.path, path }, options, session))
    if (recorded.failure !== null) throw recorded.failure
  } finally {
    scratch.remove()
    removeIfEmpty(path)
  }
}

async function run(
  scenario: Scenario,
  { scratch, path }: { readonly scratch: string; readonly path: string },
  { json, verify }: DemoOptions,
  session: Session,
): Promise<Recorded> {
  const { log, clear, interruption } = session
  log(`${scenario.name}: ${scenario.description}`)
  const plan = await scenario.prepare({
    dir: scratch,
    log,
    signal: interruption.signal,
    environment: (calibrating) => agentEnvironment(process.env, calibrating, null),
  })
  const recorded = await recordUseful(plan, path, session)
  clear()
  if (!json) printDiagnosis(recorded, { json })
  const { remedies } = plan
  const sound = recorded.failure === null && interruption.received === null
  let diagnosis: Diagnosis = recorded.diagnosis
  if (verify && remedies !== undefined && sound) {
    const verified = await verifyRemedies(recorded, remedies, planScenario, session)
    clear()
    if (verified !== null) diagnosis = { ...diagnosis, verification: verified.verification }
    if (verified !== null && !json) printVerification(verified)
  }
  if (json) printDiagnosis({ ...recorded, diagnosis }, { json })
  return recorded
}

/** Records until the scenario shows, which is steered while it runs where possible; after the last repeat it counts as it is. */
async function recordUseful(plan: ScenarioPlan, path: string, session: Session): Promise<Recorded> {
  const { note, show, interruption } = session
  for (let repeats = 0; repeats < MOST_REPEATS; repeats++) {
    const planned = { ...planScenario(plan, path), watch: (...seen: Seen) => steering(plan, ...seen) }
    const recorded = await recordService(planned, show, interruption).catch(endedEarly)
    const useless = recorded instanceof Useless ? recorded.message : whyUseless(plan, recorded)
    if (!(recorded instanceof Useless) && (useless === null || interruption.received !== null)) return recorded
    note(`${useless}; recording once more`)
    prepareRecordingDirectory(path, true)
  }
  const watch = (...seen: Seen) => {
    const steered = steering(plan, ...seen)
    return steered === null ? null : { ...steered, useless: null }
  }
  return recordService({ ...planScenario(plan, path), watch }, show, interruption)
}

function endedEarly(error: unknown): Useless {
  if (error instanceof Useless) return error
  throw error
}

type Seen = Parameters<NonNullable<RecordPlan['watch']>>

function steering({ steer }: Pick<ScenarioPlan, 'steer'>, ...[soFar, loadFromMs]: Seen): Steering | null {
  const loop = loopUseOf(soFar, loadFromMs)
  return loop === null ? null : (steer?.(loop) ?? null)
}

/** Why a whole recording is made once more; null also where the service died: it would again. */
export function whyUseless(
  { misses }: Pick<ScenarioPlan, 'misses'>,
  { recording, failure }: Pick<Recorded, 'recording' | 'failure'>,
): string | null {
  if (failure !== null) return failure.code === 'void' ? failure.message : null
  const { load } = recording.meta
  if (misses === undefined || load === null) return null
  const loop = loopUseOf(recording, load.measuredFromMs - load.warmupMs, load.measuredToMs)
  return loop === null ? null : misses(loop)
}

/** Throws a usage error that lists the known ones. */
function scenarioNamed(name: string): Scenario {
  const scenario = scenarios.find((one) => one.name === name)
  if (scenario !== undefined) return scenario
  const known = [...scenarios.map((one) => one.name), 'batching'].join(', ')
  throw new DiagError('usage', `unknown scenario '${name}'`, `choose one of: ${known}`)
}

function planScenario(plan: ScenarioPlan, directory: string): RecordPlan {
  return {
    directory,
    service: {
      kind: 'start',
      command: plan.command,
      env: plan.env,
      readyUrl: new URL(plan.readyUrl),
      readyTimeoutMs: READY_TIMEOUT_MS,
      // Trials in this service, and the watch of its recording, ask how busy its loop is.
      profile: laterProfileStart(plan.warmupMs, plan.durationMs),
    },
    request: {
      url: new URL(plan.url),
      method: plan.method,
      headers: Object.fromEntries(plan.headers),
      body: plan.body,
      insecure: false,
    },
    load: {
      arrivals: plan.arrivals,
      rate: plan.rate,
      expectedPeakRps: null,
      warmupMs: plan.warmupMs,
      durationMs: plan.durationMs,
      seed: plan.seed,
      timeoutMs: REQUEST_TIMEOUT_MS,
    },
    sla: plan.sla,
    writeReport: true,
  }
}
