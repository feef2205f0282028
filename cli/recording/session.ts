import { relative } from 'node:path'
import { DiagError } from '../../core/errors.js'
import { exitWith } from '../exit-codes.js'
import { Interruption } from '../interruption.js'
import { showDiagnosis } from '../terminal/diagnosis-view.js'
import { paintFor } from '../terminal/paint.js'
import { ProgressLine } from '../terminal/progress-line.js'
import type { RecordPlan } from './plan.js'
import { type Recorded, recordService } from './record-service.js'

export type SessionOptions = {
  readonly json: boolean
  /** Fail when the SLA is missed. */
  readonly checkSla: boolean
}

export type Preparation = {
  /** Says something to a person; kept off stdout. */
  readonly log: (line: string) => void
  /** Aborted when the user asks to stop. */
  readonly signal: AbortSignal
}

/** `record` in a terminal: progress while it runs, then the Diagnosis. Throws the error that decides the exit code. */
export async function runSession(
  options: SessionOptions,
  prepare: (preparation: Preparation) => Promise<RecordPlan>,
): Promise<void> {
  const progress = new ProgressLine(process.stderr)
  // The exit runs the handlers that end what we started.
  const interruption = new Interruption(() => exitWith('interrupted'))
  let recorded: Recorded
  try {
    const plan = await prepare({ log: (line) => progress.log(line), signal: interruption.signal })
    recorded = await recordService(plan, (phase) => progress.show(phase), interruption)
  } finally {
    progress.clear()
    interruption.dispose()
  }
  printDiagnosis(recorded, options)
  if (recorded.failure !== null) throw recorded.failure
  if (options.checkSla) checkSla(recorded)
}

function printDiagnosis({ diagnosis, directory, reportFile }: Recorded, { json }: SessionOptions): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(diagnosis, null, 2)}\n`)
    return
  }
  const shown = (path: string) => relative('.', path) || '.'
  const paths = { recording: shown(directory), ...(reportFile === null ? {} : { report: shown(reportFile) }) }
  process.stdout.write(`\n${showDiagnosis(diagnosis, { paint: paintFor(process.stdout), paths })}`)
}

function checkSla({ diagnosis, directory }: Recorded): void {
  if (diagnosis.slaMet === true) return
  if (diagnosis.slaMet === null) {
    throw new DiagError('void', 'the data quality allows no verdict on the SLA', 'raise --duration and record again')
  }
  throw new DiagError('missed', 'the SLA is missed', `see why: infer-diag diagnose ${relative('.', directory)}`)
}
