import type { Verification } from '../../core/model/verification.js'

/** A demo's two changes, predicted and measured, with `changes`. */
export function verificationOf(changes: Partial<Verification> = {}): Verification {
  return {
    changes: [
      { change: 'stage.deserialize=0.008x', title: 'send tensors in a binary encoding instead of JSON' },
      { change: 'batch.waitMs=2.5', title: 'wait up to 2.5 ms for a batch instead of 10 ms' },
    ],
    assumptions: ['decoding this tensor took 3.6 ms from JSON and 0.03 ms from float32 on this machine'],
    before: { p50Ms: 45, p95Ms: 150, p99Ms: 220 },
    predicted: { p50Ms: 8, p95Ms: 14, p99Ms: 17, p95IntervalMs: [13, 15] },
    measured: { p50Ms: 9, p95Ms: 14.4, p99Ms: 18, p95IntervalMs: [14, 15] },
    errorP95: -0.028,
    withinInterval: true,
    slaMet: true,
    ...changes,
  }
}

/** The same without a prediction, for `reason`. */
export function withheldVerification(reason: string): Verification {
  return verificationOf({ predicted: { withheld: reason }, assumptions: [], errorP95: null, withinInterval: null })
}
