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
 * A dynamic batcher in front of a device. A batch is due when it is full or its oldest job has waited `maxWaitMs`, and a
 * batch that is due goes to the device as soon as that has a free slot.
 */
export type BatcherSpec = {
  readonly kind: 'batcher'
  /**
   * While the device is busy: 'gather' lets a batch that is due take on more jobs until it goes (Triton, and the
   * reference service; the default), 'close' keeps it as it was when it became due.
   */
  readonly whileBusy?: 'gather' | 'close'
  /** Station (a pool of one: an event loop) that runs the batcher's timer, late while it is busy. Absent: never late. */
  readonly timerAt?: number
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
  /** When each job left each step of the route, job by job. Present when asked for. */
  readonly stepEndMs: Float64Array | null
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
