/** The simulated p95 by batch size and wait. */
export type Surface = {
  /** What else is changed. */
  readonly changes: readonly string[]
  /** Ascending. */
  readonly maxBatches: readonly number[]
  readonly maxWaitsMs: readonly number[]
  /** By batch size, then by wait; null where the load is unstable. */
  readonly p95Ms: readonly (readonly (number | null)[])[]
  /** As recorded. */
  readonly current: { readonly maxBatch: number; readonly maxWaitMs: number }
}
