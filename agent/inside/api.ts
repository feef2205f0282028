/** A place in a queue: plain data that can be posted to a worker thread. */
export type Ticket = {
  /** The request that waits; 0 = enqueued outside a request. */
  readonly request: number
  readonly enqueuedMs: number
  /** Distinguishes tickets of one process. */
  readonly number: number
}

/** A request's context as plain data that can be posted to a worker thread. */
export type Handoff = { readonly request: number; readonly batch: number }

export type BatchOptions = {
  /** The most requests that a batch may hold (max_batch). */
  readonly capacity: number
  readonly device?: string
  /** Why the batch was released; a batch at capacity is `full` unless said otherwise. */
  readonly reason?: 'full' | 'timeout' | 'idle'
  /** The batcher's max_wait while this batch was open. */
  readonly maxWaitMs?: number
  /** When the first request joined, ms of `process.hrtime`; by default when the oldest ticket was taken. */
  readonly openedMs?: number
  /** When the device itself ran the batch, where it tells; asked when `fn` has ended. By default while `fn` ran. */
  readonly ran?: () => Ran
}

/** Start and end of a run, ms of `process.hrtime`. */
export type Ran = { readonly startMs: number; readonly endMs: number }

/** What the service declares about itself: the diagnosis and what-if use it instead of guessing. */
export type Pipeline = {
  readonly name?: string
  readonly maxBatch?: number
  readonly maxWaitMs?: number
  readonly workers?: number
  readonly device?: string
  readonly deviceSimulated?: boolean
  readonly [key: string]: string | number | boolean | undefined
}

export type GaugeOptions = { readonly instance?: string; readonly simulated?: boolean }

/**
 * What service code calls. Every function runs, returns and throws exactly what its callback does, and does nothing
 * else when nobody records.
 */
export type Agent = {
  /** Records how long `fn` takes, to its return or until its promise settles, as a stage of the current request. */
  stage<T>(name: string, fn: () => T): T
  /** The same, with the bytes that the stage handles. */
  stage<T>(name: string, options: { readonly bytes?: number }, fn: () => T): T
  /** The current request now waits for a batch slot or a worker. */
  enqueue(): Ticket
  /**
   * Runs `fn` as one batch: the tickets' wait ends, and what `fn` takes is the `model` stage of their requests. Stages within
   * `fn` belong to the batch; after an `await` only from the thread's second batch on that returns a promise.
   */
  batch<T>(tickets: readonly Ticket[], options: BatchOptions, fn: () => T): T
  /** Declares the pipeline's configuration; later calls add to it. */
  configure(pipeline: Pipeline): void
  /** Records one value of a time series. */
  gauge(metric: string, value: number, options?: GaugeOptions): void
  /** The current request's context, to be posted to a worker thread. */
  handoff(): Handoff
  /** Runs `fn` in the context that `handoff()` gave. */
  resume<T>(handoff: Handoff, fn: () => T): T
}
