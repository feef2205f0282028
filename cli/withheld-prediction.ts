import { DiagError } from '../core/errors.js'

/** The failure of a command that was to predict and may not. */
export function withheldPrediction(reason: string, recording: string): DiagError {
  return new DiagError(
    'void',
    `no prediction: ${reason}`,
    `see the quality of its data: infer-diag diagnose ${recording}`,
  )
}
