import type { StationUse } from './network.js'
import type { TraceLog } from './trace.js'

/** What a station asks of the simulation around it. */
export type Surroundings = {
  readonly nowMs: number
  /** Links jobs that wait together, or that run in one batch. */
  readonly next: Int32Array
  /** Null when no trace is kept. */
  readonly log: TraceLog | null
  /** Jobs that waited too long are thrown away when their turn comes. */
  readonly drops: boolean
  /** What the job needs at its present step. */
  demandMs(job: number): number
  /** How long its server works on when the job has left its present step. */
  afterMs(job: number): number
  /** How long an idle server takes to wake up for the job at its present step. */
  wakeMs(job: number): number
  /** Of its present step, the job spent so much on a server that woke up. */
  sleptFor(job: number, ms: number): void
  /** The job's present place in the route. */
  placeOf(job: number): number
  /** Index of the job's present step in the columns of the trace. */
  stepOf(job: number): number
  /** Calls `happen(payload)` of station `station` at `timeMs`. */
  plan(timeMs: number, station: number, payload: number): void
  /** Calls `happen(payload)` of station `station` when it has worked for `workMs`: at once after that, or later where cores are shared. */
  work(workMs: number, station: number, payload: number): void
  /** The station's work takes a core that others may want. */
  onCpu(station: number): boolean
  /** The job is done here and goes on. */
  pass(job: number): void
  reject(job: number): void
  /** Whether its client has given up by now. */
  expired(job: number): boolean
  /** The job leaves unserved: its client has given up. */
  drop(job: number): void
  /** Calls `happen(payload)` of station `station` at once, or when the pool at `pool` has finished a job if it is busy. */
  callInTurn(pool: number, station: number, payload: number): void
  call(station: number, payload: number): void
  /** Whether the pool or event loop at `station` has no server free. */
  works(station: number): boolean
}

/** A place that jobs enter, wait in and leave. */
export type Station = {
  readonly use: StationUse
  enter(job: number): void
  /** An event that the station planned has come. */
  happen(payload: number): void
}
