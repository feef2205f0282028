import { exponential, seededRandom } from '../../core/stats/random.js'

/** `trace`: ms offsets from the start of the run, ascending (see `parseArrivalTrace`). */
export type OpenArrivals = 'poisson' | 'constant' | { readonly trace: Float64Array }

/**
 * A closed loop: so many clients, each of which waits for its answer before it asks again. It slows down with the service,
 * so its latencies leave out what users who do not wait would have met.
 */
export type ClosedArrivals = { readonly concurrency: number }

export type Arrivals = OpenArrivals | ClosedArrivals

export function isClosed(arrivals: Arrivals): arrivals is ClosedArrivals {
  return typeof arrivals === 'object' && 'concurrency' in arrivals
}

/** How many of a closed loop's clients a sender plays. */
export function closedShare(concurrency: number, { index, of }: Share): number {
  return Math.floor(concurrency / of) + (index < concurrency % of ? 1 : 0)
}

export type Schedule = {
  readonly arrivals: Arrivals
  /** Requests a second; not used by a trace. */
  readonly rate: number
  readonly seed: number
  /** No arrival at or after this offset. */
  readonly untilMs: number
}

/** Every `of`-th arrival, beginning with number `index`: how several senders share one schedule. */
export type Share = { readonly index: number; readonly of: number }

/**
 * When requests are due, in ms from the start of the run, ascending. The same schedule gives the same times, however
 * many senders share it. Drawn lazily: a run of any length needs no memory for it. None of a closed loop, where answers set
 * the pace.
 */
export function* arrivalTimes(schedule: Schedule, share: Share = { index: 0, of: 1 }): Generator<number, undefined> {
  let number = 0
  for (const atMs of allArrivals(schedule)) {
    if (atMs >= schedule.untilMs) return
    if (number++ % share.of === share.index) yield atMs
  }
}

/** Requests due in the second that has most of them, on average where chance decides; 0 of a closed loop. */
export function busiestSecond({ arrivals, rate, untilMs }: Schedule): number {
  if (typeof arrivals === 'string') return rate
  if (isClosed(arrivals)) return 0
  const { trace } = arrivals
  let most = 0
  for (let last = 0, first = 0; last < trace.length && trace[last]! < untilMs; last++) {
    while (trace[last]! - trace[first]! >= 1000) first++
    most = Math.max(most, last - first + 1)
  }
  return most
}

function allArrivals({ arrivals, rate, seed }: Schedule): Iterable<number> {
  if (arrivals === 'poisson') return poisson(1000 / rate, seed)
  if (arrivals === 'constant') return constant(1000 / rate)
  return isClosed(arrivals) ? [] : arrivals.trace
}

function* poisson(meanGapMs: number, seed: number): Generator<number> {
  const random = seededRandom(seed)
  for (let atMs = exponential(random, meanGapMs); ; atMs += exponential(random, meanGapMs)) yield atMs
}

function* constant(gapMs: number): Generator<number> {
  for (let number = 0; ; number++) yield number * gapMs
}
