import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { DiagError } from '../../core/errors.js'
import type { LoadReport } from '../../core/model/load-report.js'
import { Interruption } from '../interruption.js'
import { whileItStands } from '../recording/recording-directory.js'
import { attachService } from '../recording/running-service.js'
import { giveUp } from '../recording/session.js'
import { showLoad } from '../terminal/load-view.js'
import { paintFor } from '../terminal/paint.js'
import { ProgressLine } from '../terminal/progress-line.js'
import { failureOf } from './failure.js'
import { recordedLevels, startRecordedService } from './level-recordings.js'
import type { LoadPlan } from './plan.js'
import { LoadProgressView } from './progress-view.js'
import { loadReport } from './report.js'
import { runTask } from './run-task.js'
import { targetsOf } from './targets.js'
import type { TaskResult } from './task.js'

type Loaded = {
  readonly report: LoadReport
  /** Why the service ended before it was stopped; null when it lived to the end. */
  readonly died: DiagError | null
}

/** `load` in a terminal: progress while it runs, then the result. Throws the error that decides the exit code. */
export async function runLoadSession(plan: LoadPlan, json: boolean): Promise<void> {
  const line = new ProgressLine(process.stderr)
  const interruption = new Interruption(() => giveUp(line))
  let loaded: Loaded
  try {
    loaded = await whileItStands(plan.directory, () => load(plan, line, interruption))
  } finally {
    line.clear()
    interruption.dispose()
  }
  const { report, died } = loaded
  const file = await writeResult(plan, report)
  if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
  else process.stdout.write(`\n${showLoad(report, { paint: paintFor(process.stdout), file: relative('.', file) })}`)
  const failure = died ?? failureOf(report, plan.check)
  if (failure !== null) throw failure
}

async function load(plan: LoadPlan, line: ProgressLine, interruption: Interruption): Promise<Loaded> {
  const startedAt = new Date().toISOString()
  line.show({ phase: 'starting' })
  if (plan.service.kind === 'running') {
    await attachService(plan.service, plan.request, interruption.signal)
    const result = await underLoad(plan, line, interruption.signal, null)
    return { report: loadReport(plan, result, startedAt, []), died: null }
  }
  const dir = join(plan.directory, 'session')
  await mkdir(dir)
  const service = await startRecordedService({ ...plan, service: plan.service }, dir, interruption.signal)
  const death = new AbortController()
  let result: TaskResult
  let died: DiagError | null
  try {
    void service.ended.then((error) => death.abort(error))
    result = await underLoad(plan, line, AbortSignal.any([interruption.signal, death.signal]), dir)
    died = death.signal.aborted ? death.signal.reason : null
  } finally {
    line.show({ phase: 'stopping' })
    await service.stop(interruption.received ?? 'SIGTERM')
  }
  line.show({ phase: 'sealing' })
  const report = loadReport(plan, result, startedAt, await recordedLevels(plan, dir, result.levels))
  // After a death the whole recording stays: the levels lack the moment that matters.
  if (died === null) await rm(dir, { recursive: true })
  return { report, died }
}

async function underLoad(
  plan: LoadPlan,
  line: ProgressLine,
  signal: AbortSignal,
  dir: string | null,
): Promise<TaskResult> {
  const view = new LoadProgressView(line, plan.task)
  try {
    return await runTask(plan.task, { plan, targets: targetsOf(plan.sla), watcher: view, signal, dir })
  } catch (error) {
    // What broke when it was stopped says less than why it was stopped.
    throw signal.aborted ? signal.reason : error
  }
}

async function writeResult(plan: LoadPlan, report: LoadReport): Promise<string> {
  const json = join(plan.directory, 'load.json')
  await writeFile(json, `${JSON.stringify(report, null, 2)}\n`)
  if (!plan.writeReport) return json
  const { renderLoadReport } = await import('../../viz/index.js')
  const page = join(plan.directory, 'report.html')
  await writeFile(page, renderLoadReport(report))
  return page
}
