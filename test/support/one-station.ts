import type { BatcherSpec, Jobs, Network } from '../../core/sim/network.js'

/** One pool of `servers`, with places for `queueLimit` jobs to wait (absent: any number). */
export function pool(servers: number, queueLimit?: number): Network {
  const limit = queueLimit === undefined ? {} : { queueLimit }
  return { stations: [{ kind: 'pool', servers, ...limit }], route: [0] }
}

/** One batcher: batches of up to 4, held for 10 ms, served in 10, 12, 14 or 16 ms, unless `spec` says otherwise. */
export function batcher(spec: Partial<BatcherSpec>): Network {
  const station: BatcherSpec = {
    kind: 'batcher',
    maxBatch: 4,
    maxWaitMs: 10,
    slots: 1,
    serviceMs: Float64Array.of(0, 10, 12, 14, 16),
    ...spec,
  }
  return { stations: [station], route: [0] }
}

/** Jobs that arrive at these times and need nothing beyond what a station takes by itself. */
export const at = (...arrivalMs: number[]): Jobs => ({
  arrivalMs: Float64Array.from(arrivalMs),
  demandMs: new Float64Array(arrivalMs.length),
})
