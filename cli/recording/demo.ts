import { DiagError } from '../../core/errors.js'
import { eventLoop } from '../../core/facts/event-loop.js'
import { factsOf } from '../../core/facts/fact.js'
import type { Diagnosis } from '../../core/model/diagnosis.js'
import { type Scenario, type RecordPlan as ScenarioPlan, scenarios } from '../../fixtures/scenarios/index.js'
import { agentEnvironment, profileStart } from './agent-environment.js'
import type { RecordPlan } from './plan.js'
import { type Recorded, recordService } from './record-service.js'
import { prepareRecordingDirectory, removeIfEmpty } from './recording-directory.js'
import { makeScratchDirectory } from './scratch-directory.js'
import { printDiagnosis, type Session, withSession } from './session.js'
import { printVerification, verifyRemedies } from './verification.js'

const READY_TIMEOUT_MS = 30_000
const REQUEST_TIMEOUT_MS = 10_000

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
  const { log, note, show, clear, interruption } = session
  log(`${scenario.name}: ${scenario.description}`)
  const plan = await scenario.prepare({
    dir: scratch,
    log,
    signal: interruption.signal,
    environment: (calibrating) => agentEnvironment(process.env, calibrating, null),
  })
  const record = () => recordService(planScenario(plan, path), show, interruption)
  let recorded = await record()
  const useless = interruption.received === null ? whyUseless(plan, recorded) : null
  if (useless !== null) {
    note(`${useless}; recording once more`)
    prepareRecordingDirectory(path, true)
    recorded = await record()
  }
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

/** Why a recording is made once more; null also where the service died: it would again. */
export function whyUseless(
  { misses }: Pick<ScenarioPlan, 'misses'>,
  { recording, diagnosis, failure }: Pick<Recorded, 'recording' | 'diagnosis' | 'failure'>,
): string | null {
  if (failure !== null) return failure.code === 'void' ? failure.message : null
  const loop = factsOf(recording).find(eventLoop)
  if (misses === undefined || loop === null) return null
  return misses({ loopBusy: loop.utilization, requests: diagnosis.endToEnd.requests })
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
      profile: profileStart(plan.warmupMs, plan.durationMs),
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
