import { mkdir, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { LoadReport } from '../../core/model/load-report.js'
import { exitWith } from '../exit-codes.js'
import { Interrupted, Interruption } from '../interruption.js'
import { attachService } from '../recording/running-service.js'
import { showLoad } from '../terminal/load-view.js'
import { paintFor } from '../terminal/paint.js'
import { ProgressLine } from '../terminal/progress-line.js'
import { failureOf } from './failure.js'
import { recordedLevels, startRecordedService } from './level-recordings.js'
import type { LoadPlan } from './plan.js'
import { LoadProgressView } from './progress-view.js'
import { loadReport } from './report.js'
import { runTask, type TaskResult } from './run-task.js'
import { targetsOf } from './targets.js'

/** `load` in a terminal: progress while it runs, then the result. Throws the error that decides the exit code. */
export async function runLoadSession(plan: LoadPlan, json: boolean): Promise<void> {
  const line = new ProgressLine(process.stderr)
  // The exit runs the handlers that end what we started.
  const interruption = new Interruption(() => exitWith('interrupted'))
  let report: LoadReport
  try {
    report = await load(plan, line, interruption)
  } finally {
    line.clear()
    interruption.dispose()
  }
  const file = await writeResult(plan, report)
  if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
  else process.stdout.write(`\n${showLoad(report, { paint: paintFor(process.stdout), file: relative('.', file) })}`)
  const failure = failureOf(report, plan.check)
  if (failure !== null) throw failure
}

async function load(plan: LoadPlan, line: ProgressLine, interruption: Interruption): Promise<LoadReport> {
  const startedAt = new Date().toISOString()
  line.show({ phase: 'starting' })
  if (plan.service.kind === 'running') {
    await attachService(plan.service, plan.request.url, interruption.signal)
    return loadReport(plan, await underLoad(plan, line, interruption.signal, null), startedAt, [])
  }
  const dir = join(plan.directory, 'session')
  await mkdir(dir)
  const service = await startRecordedService({ ...plan, service: plan.service }, dir, interruption.signal)
  let result: TaskResult
  try {
    const died = new AbortController()
    void service.ended.then((error) => died.abort(error))
    result = await underLoad(plan, line, AbortSignal.any([interruption.signal, died.signal]), dir)
  } finally {
    line.show({ phase: 'stopping' })
    await service.stop(interruption.received ?? 'SIGTERM')
  }
  line.show({ phase: 'sealing' })
  return loadReport(plan, result, startedAt, await recordedLevels(plan, dir, result.levels))
}

async function underLoad(
  plan: LoadPlan,
  line: ProgressLine,
  signal: AbortSignal,
  dir: string | null,
): Promise<TaskResult> {
  const view = new LoadProgressView(line, plan.task)
  try {
    const result = await runTask(plan.task, { plan, targets: targetsOf(plan.sla), watcher: view, signal, dir })
    // The user may stop early; a service that died makes all of it doubtful.
    if (signal.aborted && !(signal.reason instanceof Interrupted)) throw signal.reason
    return result
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
