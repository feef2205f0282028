import { drawFlameDifference } from '../../core/charts/flame-difference.js'
import { drawCharts } from '../../core/charts/index.js'
import { diagnose } from '../../core/diagnose.js'
import type { Comparison } from '../../core/model/comparison.js'
import type { Diagnosis } from '../../core/model/diagnosis.js'
import type { Recording } from '../../core/model/recording.js'
import { ofPredicted, type Tuning } from '../../core/sim/tune/tune.js'
import { renderComparison, renderReport, renderTuning } from '../../viz/index.js'

/** The report of a recording as one HTML file. `diagnosis` saves doing it again where it is known. */
export function renderRecording(recording: Recording, diagnosis: Diagnosis = diagnose(recording)): string {
  return renderReport({ diagnosis, charts: drawCharts(recording) })
}

/** The comparison of two recordings as one HTML file. */
export function renderComparisonOf(before: Recording, after: Recording, comparison: Comparison): string {
  const charts = { before: drawCharts(before), after: drawCharts(after) }
  const cpu = drawFlameDifference(charts.before.flameGraph, charts.after.flameGraph)
  return renderComparison({ comparison, ...charts, cpu })
}

/** What a search of changes found as one HTML file. */
export function renderTuningOf({ meta }: Recording, tuning: Extract<Tuning, { predictions: unknown }>): string {
  const { surface, surfaceAfter, baseline } = tuning
  const surfaces = [surface, surfaceAfter].filter((one) => one !== null)
  const service = meta.service.name ?? 'Inference service'
  const recommended = tuning.recommended.map((option) => ({ ...option, why: ofPredicted(option.why, baseline) }))
  return renderTuning({ ...tuning, recommended, tool: meta.tool, service, recordingId: meta.id, surfaces })
}
