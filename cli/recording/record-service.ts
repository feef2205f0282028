import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { diagnose } from '../../core/diagnose.js'
import type { DiagError } from '../../core/errors.js'
import type { Diagnosis } from '../../core/model/diagnosis.js'
import type { Recording } from '../../core/model/recording.js'
import { openRecording, sealRecording } from '../../formats/index.js'
import { Interrupted, type Interruption } from '../interruption.js'
import type { Progress } from '../terminal/progress-line.js'
import { driveService } from './drive-service.js'
import type { RecordPlan } from './plan.js'
import { renderRecording } from './report.js'
import { placeInSources } from './source-places.js'
import { voidReason } from './void-reason.js'

export type Recorded = {
  /** Absolute path. */
  readonly directory: string
  readonly recording: Recording
  readonly diagnosis: Diagnosis
  readonly reportFile: string | null
  /** Why the command fails although there is a recording: the service died, or the measurement is void. */
  readonly failure: DiagError | null
}

/**
 * Records a service as planned, and diagnoses the recording. However it ends, no process that we started is left.
 * Throws a `service` error when there was nothing to load, `Interrupted` when nothing was measured, and `Useless` when the plan's
 * watch ended it.
 */
export async function recordService(
  plan: RecordPlan,
  show: (progress: Progress) => void,
  interruption: Interruption,
): Promise<Recorded> {
  const { load, died } = await driveService(plan, show, interruption)
  show({ phase: 'sealing' })
  await placeInSources(plan.directory)
  await sealRecording(plan.directory)
  const recording = await openRecording(plan.directory)
  show({ phase: 'diagnosing' })
  const diagnosis = diagnose(recording)
  const measured = load?.measured.sent ?? diagnosis.endToEnd.requests
  if (interruption.received !== null && measured === 0) throw new Interrupted()
  const reportFile = plan.writeReport ? join(plan.directory, 'report.html') : null
  if (reportFile !== null) await writeFile(reportFile, renderRecording(recording, diagnosis))
  return {
    directory: plan.directory,
    recording,
    diagnosis,
    reportFile,
    failure: died ?? voidReason(load, recording, diagnosis),
  }
}
