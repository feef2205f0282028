import { relative } from 'node:path'
import { DiagError } from '../../core/errors.js'
import { exitWith } from '../exit-codes.js'
import { reportFailure } from '../failure.js'
import { Interrupted, Interruption } from '../interruption.js'
import { showDiagnosis } from '../terminal/diagnosis-view.js'
import { paintFor } from '../terminal/paint.js'
import { type Progress, ProgressLine } from '../terminal/progress-line.js'
import type { RecordPlan } from './plan.js'
import { type Recorded, recordService } from './record-service.js'
import { whileItStands } from './recording-directory.js'
import { shortfallOf } from './shortfall.js'

export type SessionOptions = {
  readonly json: boolean
  /** Fail when the SLA is missed. */
  readonly checkSla: boolean
}

export type Session = {
  /** Says something to a person who watches; kept off stdout. */
  readonly log: (line: string) => void
  /** The same, where nobody watches too: what explains how it ended, or why it took longer. */
  readonly note: (line: string) => void
  readonly show: (progress: Progress) => void
  /** Takes the progress away before something is printed. */
  readonly clear: () => void
  readonly interruption: Interruption
}

/** `record` in a terminal: progress while it runs, then the Diagnosis. Throws the error that decides the exit code. */
export async function runSession(options: SessionOptions, plan: RecordPlan): Promise<void> {
  const recorded = await whileItStands(plan.directory, () =>
    withSession(({ log, note, show, interruption }) => {
      const shortfall = shortfallOf(plan)
      const showAll = (progress: Progress) => {
        if (progress.phase === 'ready' && shortfall !== null) (shortfall.decisive ? note : log)(shortfall.text)
        show(progress)
      }
      return recordService(plan, showAll, interruption)
    }),
  )
  printDiagnosis(recorded, options)
  if (recorded.failure !== null) throw recorded.failure
  if (options.checkSla) checkSla(recorded)
}

/** Progress on the terminal and what Ctrl-C means, for as long as `use` takes. */
export async function withSession<T>(use: (session: Session) => Promise<T>): Promise<T> {
  const progress = new ProgressLine(process.stderr)
  const interruption = new Interruption(() => giveUp(progress))
  try {
    return await use({
      log: (line) => progress.log(line),
      note: (line) => progress.note(line),
      show: (phase) => progress.show(phase),
      clear: () => progress.clear(),
      interruption,
    })
  } finally {
    progress.clear()
    interruption.dispose()
  }
}

/** Ends at once. The exit runs the handlers that end what we started. */
export function giveUp(progress: ProgressLine, interrupted = new Interrupted()): never {
  progress.clear()
  exitWith(reportFailure(interrupted))
}

export function printDiagnosis(
  { diagnosis, directory, reportFile }: Recorded,
  { json }: { readonly json: boolean },
): void {
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
