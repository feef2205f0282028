import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { DiagError } from '../../core/errors.js'
import type { LoadReport } from '../../core/model/load-report.js'
import { renderLoadReport } from '../../viz/index.js'
import { Interrupted, Interruption } from '../interruption.js'
import { removeIfEmpty, whileItStands } from '../recording/recording-directory.js'
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

/** Holds the recording of the whole load until its levels are recordings of their own. */
const SESSION = 'session'

type Loaded = {
  readonly report: LoadReport
  /** Why the command fails although it has a result: the service died, or a level could not be recorded. */
  readonly failure: unknown
}

/** `load` in a terminal: progress while it runs, then the result. Throws the error that decides the exit code. */
export async function runLoadSession(plan: LoadPlan, json: boolean): Promise<void> {
  const line = new ProgressLine(process.stderr)
  const interruption = new Interruption(() => giveUp(line, new Interrupted(`twice; ${whatIsKept(plan)}`)))
  let loaded: Loaded
  try {
    loaded = await whileItStands(plan.directory, () => load(plan, line, interruption))
  } catch (error) {
    throw error instanceof Interrupted ? new Interrupted(`before anything was held; ${whatIsKept(plan)}`) : error
  } finally {
    line.clear()
    interruption.dispose()
  }
  const { report } = loaded
  const { file, unwritten } = await writeResult(plan, report)
  if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
  else
    process.stdout.write(`\n${showLoad(report, { paint: paintFor(process.stdout), file: relative('.', file) || '.' })}`)
  const failure = loaded.failure ?? unwritten ?? failureOf(report, plan.check)
  if (failure !== null) await whileItStands(plan.directory, () => Promise.reject(failure))
}

/** What an interruption leaves of a load without a result; an empty directory is taken back. */
function whatIsKept({ directory }: LoadPlan): string {
  const session = join(directory, SESSION)
  if (existsSync(join(session, 'meta.json'))) return `${relative('.', session)} is a recording of what there was`
  removeIfEmpty(directory)
  return 'nothing is kept'
}

async function load(plan: LoadPlan, line: ProgressLine, interruption: Interruption): Promise<Loaded> {
  const startedAt = new Date().toISOString()
  line.show({ phase: 'starting' })
  if (plan.service.kind === 'running') {
    await attachService(plan.service, plan, interruption.signal)
    const result = await underLoad(plan, line, interruption.signal, null)
    return { report: loadReport(plan, result, startedAt, []), failure: null }
  }
  const dir = join(plan.directory, SESSION)
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
  const { recorded, failure } = await recordedLevels(plan, dir, result.levels)
  // After a death the whole recording stays: the levels lack the moment that matters.
  if (died === null && failure === null) await rm(dir, { recursive: true })
  const isKept = failure !== null && existsSync(dir)
  const notes = isKept ? [`not every level could be recorded: ${relative('.', dir)} holds all of the load`] : []
  const report = loadReport(plan, { ...result, notes: [...result.notes, ...notes] }, startedAt, recorded)
  return { report, failure: died ?? failure }
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

/** What cannot be written is still to be shown: `unwritten` says why then, else it is null. */
async function writeResult(plan: LoadPlan, report: LoadReport): Promise<{ file: string; unwritten: unknown }> {
  const json = join(plan.directory, 'load.json')
  const page = join(plan.directory, 'report.html')
  try {
    await writeFile(json, `${JSON.stringify(report, null, 2)}\n`)
    if (plan.writeReport) await writeFile(page, renderLoadReport(report))
    return { file: plan.writeReport ? page : json, unwritten: null }
  } catch (unwritten) {
    return { file: plan.directory, unwritten }
  }
}
