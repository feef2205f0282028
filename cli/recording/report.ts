import { drawCharts } from '../../core/charts/index.js'
import { diagnose } from '../../core/diagnose.js'
import type { Diagnosis } from '../../core/model/diagnosis.js'
import type { Recording } from '../../core/model/recording.js'
import { renderReport } from '../../viz/index.js'

/** The report of a recording as one HTML file. `diagnosis` saves doing it again where it is known. */
export function renderRecording(recording: Recording, diagnosis: Diagnosis = diagnose(recording)): string {
  return renderReport({ diagnosis, charts: drawCharts(recording) })
}
