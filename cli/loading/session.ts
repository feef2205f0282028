import { mkdir, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { DiagError } from '../../core/errors.js'
import type { LoadReport } from '../../core/model/load-report.js'
import { exitWith } from '../exit-codes.js'
import { Interrupted, Interruption } from '../interruption.js'
import { attachService } from '../recording/running-service.js'
import { showLoad } from '../terminal/load-view.js'
import { paintFor } from '../terminal/paint.js'
import { ProgressLine } from '../terminal/progress-line.js'
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
  const failure = failureOf(report, plan)
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
    signal.throwIfAborted()
    return result
  } catch (error) {
    // A level that was interrupted proves nothing; what led to it is told instead.
    if (signal.aborted) throw signal.reason instanceof Error ? signal.reason : new Interrupted()
    throw error
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

/** Why the command fails although it has a result; null when it does not. */
function failureOf(report: LoadReport, plan: LoadPlan): DiagError | null {
  const { maxPassingRps, bindingConstraint, peakRps, levels } = report
  const isVoid = levels.find(({ void: reason }) => reason?.cause === 'client-bound')?.void
  const answered = plan.check && peakRps !== null && maxPassingRps !== null && peakRps <= maxPassingRps
  if (answered) return null
  if (bindingConstraint === 'client' || (report.mode !== 'ramp' && isVoid)) {
    return new DiagError(
      'void',
      isVoid?.reason ?? 'the load generator could not keep up',
      'send the load from a machine with free CPU',
    )
  }
  if (levels.every(({ void: reason }) => reason !== null)) {
    return new DiagError(
      'void',
      levels[0]?.void?.reason ?? 'nothing was measured',
      'check the URL, --method and --body',
    )
  }
  if (!plan.check) return null
  const most = maxPassingRps === null ? 'no rate that was tried passes' : `at most ${maxPassingRps} pass`
  return new DiagError(
    'missed',
    `the expected peak of ${peakRps} requests/s is too much: ${most}`,
    'see the table for what binds',
  )
}
