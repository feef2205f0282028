import type { Surface } from '../../model/surface.js'
import { type Predictable, simulateWith } from '../what-if/predict.js'

/** Null for a service without a batcher. `changes` hold everywhere on the surface. */
export function surfaceOf(grounds: Predictable, changes: readonly string[]): Surface | null {
  const { batcher } = grounds.calibration.model
  if (batcher === null) return null
  const { maxBatch, maxWaitMs } = batcher
  const maxBatches = ascending([1, maxBatch / 4, maxBatch / 2, maxBatch, maxBatch * 2, maxBatch * 4].map(Math.ceil))
  const waitsMs = maxWaitMs > 0 ? [0, 1 / 4, 1 / 2, 1, 2, 4].map((times) => times * maxWaitMs) : [0, 1, 2, 5, 10, 20]
  const maxWaitsMs = ascending(waitsMs)
  const p95Ms = maxBatches.map((size) =>
    maxWaitsMs.map((ms) => simulateWith(grounds, [...changes, `batch.max=${size}`, `batch.waitMs=${ms}`]).p95Ms),
  )
  return { changes, maxBatches, maxWaitsMs, p95Ms, current: { maxBatch, maxWaitMs } }
}

const ascending = (values: readonly number[]) => [...new Set(values)].sort((a, b) => a - b)
