import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DiagError } from '../../core/errors.js'
import { type RecordPlan as ScenarioPlan, scenarios } from '../../fixtures/scenarios/index.js'
import { agentEnvironment } from './agent-environment.js'
import type { RecordPlan } from './plan.js'
import { removeIfEmpty } from './recording-directory.js'
import { runSession, type SessionOptions } from './session.js'

const READY_TIMEOUT_MS = 30_000
const REQUEST_TIMEOUT_MS = 10_000

/** Runs a scenario of the reference service: prepare (calibrate), record, diagnose, show. */
export async function recordDemo(name: string, directory: () => string, options: SessionOptions): Promise<void> {
  const scenario = scenarios.find((one) => one.name === name)
  if (scenario === undefined) {
    const known = scenarios.map((one) => one.name).join(', ')
    throw new DiagError('usage', `unknown scenario '${name}'`, `choose one of: ${known}`)
  }
  const path = directory()
  const environment = (calibrating: string) => agentEnvironment(process.env, calibrating, true)
  const scratch = mkdtempSync(join(tmpdir(), 'infer-diag-demo-'))
  try {
    await runSession(options, async ({ log, signal }) => {
      log(`${scenario.name}: ${scenario.description}`)
      const plan = await scenario.prepare({ dir: scratch, log, signal, environment })
      return planScenario(plan, path)
    })
  } finally {
    rmSync(scratch, { recursive: true, force: true })
    removeIfEmpty(path)
  }
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
      profile: true,
    },
    request: {
      url: new URL(plan.url),
      method: plan.method,
      headers: Object.fromEntries(plan.headers),
      body: readFileSync(plan.bodyFile),
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
