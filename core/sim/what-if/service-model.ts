import type { Handover } from '../network.js'
import type { Cores } from '../slowdown.js'

/** What befell the recorded batches beside their work, one entry a batch in order of start. */
export type Disturbances = {
  /** Recorded service times over their expectation. */
  readonly variation: Float64Array
  /** From a batch's release to its start. */
  readonly handover: Handover
}

/** What a delay on the way to the event loop owes to a loop that sleeps, one entry a recorded request. */
export type Waking = {
  /** How long the loop takes to wake up. */
  readonly wakeMs: Float64Array
  /** 1: it was asleep, so that the recorded delay holds this time. */
  readonly asleep: Uint8Array
}

/** A recorded service as the simulator understands it: what each request needs, and the resources it needs it from. */
export type ServiceModel = {
  readonly arrivals: Arrivals
  /** By recorded request, in the order they were due: until the service has it, and after it has let go of it. */
  readonly connectionMs: Float64Array
  /** Null: not told apart. */
  readonly connectionWaking: Waking | null
  readonly networkOutMs: Float64Array
  /** Part of its network-in in which the event loop was idle: waiting for bytes. */
  readonly bytesWaitMs: Float64Array
  /** In the order that a request passes them. */
  readonly segments: readonly Segment[]
  readonly batcher: BatcherModel | null
  /** By recorded request: its batch, an entry of the batcher's disturbances; empty without a batcher. */
  readonly batchOf: Uint32Array
  /** A connection is accepted in one turn of the event loop and read in a later one, so that it waits twice. */
  readonly acceptTurn: boolean
  /** 'rounds': as libuv works (EventLoopSpec); 'in-order': whatever waits for the loop is served first come, first served. */
  readonly loopOrder: 'in-order' | 'rounds'
  /** Copies on hosts of their own, which get requests in turn. */
  readonly instances: number
  /** Of an instance: side by side on its host, each with an event loop, workers, a batcher and a device of its own. */
  readonly processes: number
  /** By recorded request: the process that has it, from 0. */
  readonly processOf: Uint8Array
  /**
   * Work of the first half of the requests before those that count over what it would be of those that do: code that is not compiled
   * yet, as far as what had piled up when the measured window opened tells. 1: nothing of the kind.
   */
  readonly warmUpFactor: number
  /** The cores that an instance's threads share; null: not known, so that nothing waits for one. */
  readonly cpu: CpuModel | null
}

/** Demands of the event loop, of workers that compute and of such a device are then what they take alone on a core. */
export type CpuModel = Cores & {
  /** A run of the device takes a core. */
  readonly device: boolean
  /** Recorded time of the loop's work over that alone. */
  readonly loopStretch: number
}

/** Which requests come when. */
export type Arrivals = {
  /** When the load wants each sent, ascending, warm-up included. */
  readonly scheduledMs: Float64Array
  /** By arrival: the recorded request whose demands it has. */
  readonly request: Uint32Array
  /** The first arrival that counts; those before it only fill the queues. */
  readonly measuredFrom: number
  /** What the load generator made them from, so that it is known what it would make at another rate; null: recorded traffic. */
  readonly schedule: Schedule | null
}

export type Schedule = {
  readonly kind: 'poisson' | 'constant'
  readonly rate: number
  readonly seed: number
  readonly warmupMs: number
  readonly untilMs: number
}

/** Time in which a result is on its way from the device's thread to an idle event loop. */
export const HAND_OVER = 'hand-over'
/** From the last write of an answer until its client has it. */
export const NETWORK_OUT = 'network-out'

/** One stage of every request, and where it runs. */
export type Segment = {
  readonly stage: string
  readonly place: Place
  /** By recorded request; unused where the batcher decides. */
  readonly demandMs: Float64Array
  /** Work of the loop around the request's turns on it, equal parts: it delays others, and is no part of its own latency. */
  readonly around?: boolean
  /** Of a way back to the event loop. Absent or null: not told apart. */
  readonly waking?: Waking | null
}

export type Place =
  | { readonly kind: 'loop' }
  /** Worker threads, each with one request at a time. */
  | { readonly kind: 'workers'; readonly count: number; readonly computing: boolean }
  /** Something outside of the service's threads that lets so many requests through at a time: a pool, a lock, connections. */
  | { readonly kind: 'limited'; readonly count: number }
  /** Waiting that nothing here competes for (another service). */
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'device' }

export type BatcherModel = {
  readonly maxBatch: number
  readonly maxWaitMs: number
  /** A sentence for each setting that nobody recorded or declared. */
  readonly inferred: readonly string[]
  /** How much later than `maxWaitMs` its timer lets a batch go, as a rule. */
  readonly lateMs: number
  /** Of batches that were released while the event loop was idle, and while it worked. */
  readonly calm: Disturbances
  readonly crowded: Disturbances
  readonly slots: number
  /** By number of batches that run at once, entry 0 unused: factor on the service time of one that starts. */
  readonly contention: Float64Array
  readonly whileBusy: 'gather' | 'close'
  /** Its timer runs on the event loop, hence late when the loop is busy. */
  readonly timerOnLoop: boolean
  /** By batch size up to the largest seen: its mean, or the fit where a size was rare; then the fit. */
  readonly seenMs: Float64Array
  readonly fit: { readonly interceptMs: number; readonly slopeMs: number }
}

/** Service time of a batch of `size`: as seen, and beyond what was seen by the fit. */
export function batchServiceMs({ seenMs, fit }: BatcherModel, size: number): number {
  return size < seenMs.length ? seenMs[size]! : Math.max(0, fit.interceptMs + fit.slopeMs * size)
}

/** Whether another number of processes would change nothing but how many there are: a device beside the CPU they would have to share. */
export function dividesIntoProcesses({ batcher, cpu }: ServiceModel): boolean {
  return batcher === null || cpu?.device === true
}

/** As long as before, times `factor`. */
export function timesWaking(waking: Waking | null | undefined, factor: number): Waking | null {
  return waking ? { ...waking, wakeMs: waking.wakeMs.map((ms) => ms * factor) } : null
}
