/**
 * A service as a queueing network: every job (a request) passes the stations of `route` in order, and may pass one
 * several times (the event loop, before and after the model).
 */
export type Network = {
  readonly stations: readonly StationSpec[]
  /** Indices into `stations`. */
  readonly route: readonly number[]
}

export type StationSpec = PoolSpec | BatcherSpec

/** Servers that each work on one job at a time, first come, first served. One server is an event loop or a thread. */
export type PoolSpec = {
  readonly kind: 'pool'
  readonly servers: number
  /** Jobs that may wait for a server; one more is rejected. Absent: no bound. */
  readonly queueLimit?: number
}

/**
 * A dynamic batcher in front of a device, with the rule of the reference service (and of Triton): while a slot is free,
 * a batch goes out as soon as it is full or its oldest job has waited `maxWaitMs`; while the device is busy jobs
 * gather, and when it frees, a batch that is due goes out at once.
 */
export type BatcherSpec = {
  readonly kind: 'batcher'
  readonly maxBatch: number
  readonly maxWaitMs: number
  /** Batches that the device serves at once. */
  readonly slots: number
  /** By batch size, 1 to `maxBatch`; entry 0 is unused. */
  readonly serviceMs: Float64Array
  /** Factors on the service time, one a batch in order of release, from the start again when used up. Absent: 1. */
  readonly variation?: Float64Array
  readonly queueLimit?: number
}

/** The work that arrives. */
export type Jobs = {
  /** In ascending order. */
  readonly arrivalMs: Float64Array
  /** Job by job, one entry for each step of the route; a batcher's entry is unused. */
  readonly demandMs: Float64Array
}

export type Run = {
  /** By job; NaN when it was rejected. */
  readonly endMs: Float64Array
  readonly rejected: number
  /** When the last event happened. */
  readonly lastMs: number
  readonly stations: readonly StationUse[]
}

export type StationUse = {
  /** Time that servers or slots were busy, summed over them. */
  readonly busyMs: number
  /** Batches, or jobs of a pool, that were started. */
  readonly started: number
  /** Jobs that were served. */
  readonly served: number
}
