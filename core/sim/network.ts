import type { Cores } from './slowdown.js'
import type { Trace } from './trace.js'

/**
 * A service as a queueing network: every job (a request) passes the stations of `route` in order, and may pass one
 * several times (the event loop, before and after the model).
 */
export type Network = {
  readonly stations: readonly StationSpec[]
  /** Indices into `stations`. */
  readonly route: readonly number[]
  /** How long the client of a request waits. Absent: until it is answered. */
  readonly patience?: Patience
  /** Absent: every server has a core of its own, or needs none. */
  readonly cpu?: CpuSpec
  /** So many processes side by side, each with stations like these; only the cores of `cpu` they share. Absent: one. */
  readonly processes?: number
}

/** Stations whose servers share the cores of a host: each that works is a party. */
export type CpuSpec = Cores & {
  /** Indices into `stations`: pools, event loops and batchers. Their demands are what the work takes alone. */
  readonly stations: readonly number[]
}

/**
 * A request without an answer `timeoutMs` after it was sent has failed. What the service does with it: 'served' works on
 * it all the same, for nobody; 'dropped' throws it away when its turn to leave a queue comes.
 */
export type Patience = { readonly timeoutMs: number; readonly expired: 'served' | 'dropped' }

export type StationSpec = PoolSpec | EventLoopSpec | BatcherSpec | FleetSpec

/** Servers that each work on one job at a time, first come, first served. One server is an event loop or a thread. */
export type PoolSpec = {
  readonly kind: 'pool'
  readonly servers: number
  /** Jobs that may wait for a server; one more is rejected. Absent: no bound. */
  readonly queueLimit?: number
}

/**
 * One thread that works in rounds, as libuv does (https://docs.libuv.org/en/v1.x/design.html): it asks the system what is
 * ready, works that off, and only then asks again. A job that comes within a round waits for the next one. In each round,
 * jobs that return from another thread go before those that newly arrive: epoll reports a descriptor that was ready in the
 * last round (the one that wakes the loop up for messages) before those that became ready since.
 */
export type EventLoopSpec = {
  readonly kind: 'event-loop'
  /** Index into the route: from there on a job returns from elsewhere. */
  readonly returningFrom: number
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
  /**
   * Time from a batch's release to its start, in which its slot is taken but not busy: messages between threads, a thread
   * that is slow to wake up. One a batch in order, from the start again when used up. Absent: none.
   */
  readonly handover?: Handover
  /**
   * In place of `variation` and `handover` for batches that are released while the pool or event loop at `at` works: a thread
   * at work leaves others less of the cores.
   */
  readonly crowded?: { readonly at: number; readonly variation: Float64Array; readonly handover: Handover }
  /** By job: the entry of these columns for a batch that it leads. Absent: one entry after the other. */
  readonly draw?: Float64Array
  readonly queueLimit?: number
  /**
   * In ascending order: sizes at which a batch goes without waiting on, the largest that is there (Triton's
   * preferred_batch_size). Absent: `maxBatch` alone.
   */
  readonly preferred?: readonly number[]
  /**
   * By number of slots busy, the starting batch included, 1 to `slots`: factor on its service time, entry 0 unused. It is
   * fixed when the batch starts. Absent: slots do not slow each other down.
   */
  readonly contention?: Float64Array
  /** When each slot joins, one entry a slot. Absent: all are there from the start. */
  readonly slotsFromMs?: readonly number[]
}

/** Instances behind a load balancer, each with servers and a first-in, first-out queue of its own. */
export type FleetSpec = {
  readonly kind: 'fleet'
  /** Servers of an instance. */
  readonly concurrency: number
  /** 'least-busy': to the instance with the fewest requests inside. */
  readonly balancer: 'round-robin' | 'least-busy'
  readonly instances: readonly InstanceSpec[]
  /** Jobs that may wait at an instance. Absent: no bound. */
  readonly queueLimit?: number
}

export type InstanceSpec = {
  /** From when on the balancer sends it requests. */
  readonly joinMs: number
  /** From when on it works: later than `joinMs` when nothing keeps requests away from an instance that still loads. */
  readonly readyMs: number
  /** Its first `requests` take `factor` times as long (lazy compilation, cold caches). */
  readonly slowStart?: { readonly requests: number; readonly factor: number }
}

export type Handover = {
  /** Of batches that a timer releases. */
  readonly timerMs: Float64Array
  /** Of those that filled up while the device was free. Empty: as if they had waited for it. */
  readonly filledMs: Float64Array
  /** Of those that waited for the device: `promptMs`, and `turnMs` times `latenessAfter` the run before. */
  readonly promptMs: number
  readonly turnMs: Float64Array
}

/** The work that arrives. */
export type Jobs = {
  /** In ascending order. In a closed loop only its length counts. */
  readonly arrivalMs: Float64Array
  /** Job by job, one entry for each step of the route; a batcher's entry is unused. */
  readonly demandMs: Float64Array
  /** By job: the process that has it, from 0. Absent: the first. */
  readonly process?: Uint8Array
  /** In the same order: how long an idle event loop or server of a pool takes to wake up for the job. Absent: no time. */
  readonly wakeMs?: Float64Array
  /** In the same order: how long an event loop or server of a pool goes on with work around the job that has left. Absent: no time. */
  readonly afterMs?: Float64Array
}

/** Requests come from this many clients; each sends its next one `thinkMs` after the last was answered, or failed. */
export type ClosedLoop = {
  readonly clients: number
  /** By job, the pause before it is sent. Absent: none. */
  readonly thinkMs?: Float64Array
}

/** How a job ended, in `Run.fate`; 0 is served. */
export const REJECTED = 1
export const TIMED_OUT = 2

export type Run = {
  /** By job: `Jobs.arrivalMs`, or when a client of the closed loop sent it. */
  readonly arrivalMs: Float64Array
  /** By job; NaN when it was rejected, or dropped unserved. */
  readonly endMs: Float64Array
  /** By job: 0 served, REJECTED or TIMED_OUT. One that was served too late for its client is timed out and has an end. */
  readonly fate: Uint8Array
  readonly timedOut: number
  /** Work that the stations on the CPU did, and what they took for it; null without `Network.cpu`. */
  readonly cpu: { readonly workMs: number; readonly tookMs: number } | null
  /** Present when asked for. */
  readonly trace: Trace | null
  /** When each job left each step of the route, job by job. Present when asked for. */
  readonly stepEndMs: Float64Array | null
  /** As `stepEndMs`: how long the step waited for a server to wake up. Present when asked for, if that takes time. */
  readonly stepWakeMs: Float64Array | null
  readonly rejected: number
  /** When the last event happened. */
  readonly lastMs: number
  /** One a station of the network; of several processes, those of the first, and then those of the next. */
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
