import { DiagError } from '../core/errors.js'

/** The failure of a command that was to predict and may not. */
export function withheldPrediction(reason: string): DiagError {
  return new DiagError(
    'void',
    `no prediction: ${reason}`,
    'the data quality lines of `infer-diag diagnose` say more about the recording',
  )
}
