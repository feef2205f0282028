import { rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { type Facts, factsOf } from '../../core/facts/fact.js'
import { scoreVerification, type Verification } from '../../core/model/verification.js'
import { bestPairAmong } from '../../core/sim/tune/tune.js'
import type { Remedies, Remedy, RecordPlan as ScenarioPlan } from '../../fixtures/scenarios/index.js'
import { writeVerification } from '../../formats/index.js'
import { Interrupted } from '../interruption.js'
import { prepareOutputDirectory } from '../output-file.js'
import { paintFor } from '../terminal/paint.js'
import { showVerification } from '../terminal/verification-view.js'
import type { RecordPlan } from './plan.js'
import { writePostmortem } from './postmortem.js'
import { type Recorded, recordService } from './record-service.js'
import { prepareRecordingDirectory } from './recording-directory.js'
import { renderRecording } from './report.js'
import type { Session } from './session.js'

export type Verified = {
  readonly verification: Verification
  /** Paths of the recording with the changes, and of the documents that tell of both. */
  readonly after: string
  readonly report: string
  readonly postmortem: string
}

type Choice = Pick<Verification, 'assumptions' | 'predicted'> & { readonly chosen: readonly Remedy[] }

/**
 * Predicts the scenario's changes, writes the prediction to disk, makes the best of them for real and measures the same
 * arrivals again. The report is written anew and a postmortem beside it, both with predicted and measured, which is kept in
 * the recording for reports to come. Null, with a line that says so, when the second recording was cut short or proves nothing.
 */
export async function verifyRemedies(
  before: Recorded,
  remedies: Remedies,
  planScenario: (plan: ScenarioPlan, directory: string) => RecordPlan,
  { log, note, show, interruption }: Session,
): Promise<Verified | null> {
  const choice = bestChoice(factsOf(before.recording), remedies)
  const changes = choice.chosen.map(({ change, title }) => ({ change, title }))
  const { predicted, assumptions } = choice
  const prediction = { writtenAt: new Date().toISOString(), changes, assumptions, predicted }
  writeFileSync(join(before.directory, 'prediction.json'), `${JSON.stringify(prediction, null, 2)}\n`)
  log(`measuring again with ${changes.map(({ title }) => title).join(', and ')}`)
  const directory = join(before.directory, 'after')
  const measure = async () => {
    prepareRecordingDirectory(directory, true)
    const plan = planScenario(await remedies.apply(choice.chosen), directory)
    return recordService(plan, show, interruption).catch((error: unknown) => {
      if (error instanceof Interrupted) return null
      throw error
    })
  }
  let after = await measure()
  // A void run says nothing about the changes.
  if (after?.failure?.code === 'void' && interruption.received === null) {
    note(`${after.failure.message}; measuring once more`)
    after = await measure()
  }
  if (after === null || interruption.received !== null) {
    rmSync(directory, { recursive: true, force: true })
    note('interrupted: the changes were predicted, but not measured')
    return null
  }
  if (after.failure !== null) {
    note(`the changes were made, but nothing follows from their measurement: ${after.failure.message}`)
    return null
  }
  const verification = judge(before, after, choice)
  const recordings = { before: before.recording.meta.id, after: after.recording.meta.id }
  await writeVerification(before.directory, { verification, recordings })
  const diagnosis = { ...before.diagnosis, verification }
  const report = join(before.directory, 'report.html')
  writeFileSync(report, renderRecording(before.recording, diagnosis))
  const { document } = writePostmortem(
    before.recording,
    after.recording,
    prepareOutputDirectory(join(before.directory, 'postmortem'), 'postmortem.md', true),
    diagnosis,
  )
  return { verification, after: directory, report, postmortem: document }
}

export function printVerification({ verification, after, report, postmortem }: Verified): void {
  const shown = (path: string) => relative('.', path) || '.'
  const paths = { after: shown(after), report: shown(report), postmortem: shown(postmortem) }
  process.stdout.write(`\n${showVerification(verification, paintFor(process.stdout), paths)}`)
}

/** The pair that `tune` would recommend of the scenario's changes; the first two where nothing can be predicted. */
function bestChoice(facts: Facts, { choices }: Remedies): Choice {
  const settings = choices.map(({ change }) => change)
  const found = bestPairAmong(facts, settings)
  const pair = 'withheld' in found ? null : found.pair
  const chosen = pair === null ? choices.slice(0, 2) : pair.changes.map((change) => choices[settings.indexOf(change)]!)
  if (pair === null || !pair.stable) {
    const withheld = 'withheld' in found ? found.withheld : 'no pair of changes keeps up with the load'
    return { chosen, assumptions: [], predicted: { withheld } }
  }
  const assumptions = [...chosen.flatMap(({ basis }) => (basis === null ? [] : [basis])), ...pair.assumptions]
  const { p50Ms, p95Ms, p99Ms, p95IntervalMs } = pair
  return { chosen, assumptions, predicted: { p50Ms, p95Ms, p99Ms, p95IntervalMs } }
}

function judge(before: Recorded, after: Recorded, { chosen, assumptions, predicted }: Choice): Verification {
  const { p50Ms, p95Ms, p99Ms, p95IntervalMs } = after.diagnosis.endToEnd
  const { endToEnd } = before.diagnosis
  return scoreVerification({
    changes: chosen.map(({ change, title }) => ({ change, title })),
    assumptions,
    before: { p50Ms: endToEnd.p50Ms, p95Ms: endToEnd.p95Ms, p99Ms: endToEnd.p99Ms },
    predicted,
    measured: { p50Ms, p95Ms, p99Ms, p95IntervalMs },
    slaMet: after.diagnosis.slaMet,
  })
}
