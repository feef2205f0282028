import type { Diagnosis, Fix } from '../../core/model/diagnosis.js'
import { sampleDiagnosis } from './sample-report.js'

/** The mini-challenge with a fix that meets its SLA of 120 ms, one that may, one that does not, and one nobody can simulate. */
export function diagnosisWithFixes(): Diagnosis {
  const diagnosis = sampleDiagnosis()
  const [first, second] = diagnosis.findings
  return {
    ...diagnosis,
    predictions: { simulatedP95Ms: 134.2, calibrationErrorP95: -0.008, replayedRequests: 4012 },
    findings: [
      { ...first!, fixes: [fix('Send <b>binary</b> bodies', 'stage.deserialize=0.05x', 41, [38, 47])] },
      {
        ...second!,
        fixes: [
          fix('Wait less for a batch', 'batch.waitMs=2', 118, [104, 133]),
          fix('Larger batches', 'batch.max=16', 131, [124, 140]),
          { title: 'Ask for smaller inputs', change: null, predictedP95Ms: null, intervalMs: null },
        ],
      },
    ],
  }
}

function fix(title: string, change: string, predictedP95Ms: number, intervalMs: [number, number]): Fix {
  return { title, change, predictedP95Ms, intervalMs, extrapolated: false, assumptions: [] }
}
