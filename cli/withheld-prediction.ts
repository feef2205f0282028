import { DiagError } from '../core/errors.js'

/** The failure of a command that was to predict and may not. */
export function withheldPrediction(reason: string): DiagError {
  return new DiagError(
    'void',
    `no prediction: ${reason}`,
    'see the data quality lines of infer-diag diagnose, and record again on a quiet machine',
  )
}
