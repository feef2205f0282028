import { formatMs, formatPercent } from './quantity.js'

/** A service without batching against one with it, at several arrival rates: measured, and simulated beside it. */
export type BatchingComparison = {
  /** service_time(b) = overheadMs + perItemMs * b; a made-up device. */
  readonly device: { readonly overheadMs: number; readonly perItemMs: number; readonly simulated: true }
  readonly configurations: readonly BatchingConfiguration[]
  /** What it teaches, in one sentence with the numbers. */
  readonly lesson: string
}

export type BatchingConfiguration = {
  readonly name: 'no batching' | 'batching'
  readonly maxBatch: number
  readonly maxWaitMs: number
  /** Ascending by rate. */
  readonly levels: readonly BatchingLevel[]
}

export type BatchingLevel = {
  readonly rateRps: number
  /** End to end; null when nothing was answered. */
  readonly measuredP95Ms: number | null
  readonly simulatedP95Ms: number
  readonly answered: number
  readonly failed: number
}

/** Where batching costs its wait and where it pays, from the levels that both configurations have. */
export function batchingLesson(
  { overheadMs, perItemMs }: BatchingComparison['device'],
  [alone, batched]: readonly [BatchingConfiguration, BatchingConfiguration],
): string {
  const [low, high] = [alone.levels[0], alone.levels.at(-1)]
  const [lowBatched, highBatched] = [batched.levels[0], batched.levels.at(-1)]
  const p95 = (level: BatchingLevel | undefined) => formatMs(level?.measuredP95Ms ?? Number.NaN)
  const capacityRps = 1000 / (overheadMs + perItemMs)
  return (
    `At ${low?.rateRps} requests/s waiting for company changes the p95 from ${p95(low)} to ${p95(lowBatched)}; at ${high?.rateRps}/s the ` +
    `device alone would be ${formatPercent((high?.rateRps ?? 0) / capacityRps)} busy with single requests, and sharing its fixed cost in batches ` +
    `changes the p95 from ${p95(high)} to ${p95(highBatched)}.`
  )
}
