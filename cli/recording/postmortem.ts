import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { drawCharts } from '../../core/charts/index.js'
import { compareRecordings } from '../../core/compare/index.js'
import { factsOf } from '../../core/facts/fact.js'
import { lateRequests } from '../../core/facts/late-requests.js'
import type { Diagnosis } from '../../core/model/diagnosis.js'
import type { Recording } from '../../core/model/recording.js'
import { renderPostmortem } from '../../viz/postmortem/index.js'

/** Writes the postmortem of `recording` into `directory`, which is there, and says which files it is. */
export function writePostmortem(
  recording: Recording,
  after: Recording | null,
  directory: string,
  diagnosis: Diagnosis,
): { readonly document: string; readonly charts: readonly string[] } {
  const files = renderPostmortem({
    diagnosis,
    charts: drawCharts(recording),
    late: factsOf(recording).find(lateRequests),
    after: after === null ? null : { comparison: compareRecordings(recording, after), charts: drawCharts(after) },
  })
  for (const { name, content } of files) writeFileSync(join(directory, name), content)
  const [document, ...charts] = files.map(({ name }) => join(directory, name))
  return { document: document!, charts }
}
