import { HANDLER_STAGE, NO_INDEX, type Recording, SPAN_SYNC, type SpanTable } from '../model/recording.js'
import { sortByTime } from '../stats/time-order.js'
import { type Fact, known, notMeasured } from './fact.js'
import { traffic } from './traffic.js'

/**
 * What one event loop did: marks in time order, each an edge of a span, with the request whose code ran there and how
 * long the loop had been busy in total. Between two readings of the loop's idle time, synchronous spans are known to be
 * busy; the rest of the busy time is spread evenly over the rest of the interval.
 */
export type LoopTimeline = {
  readonly thread: number
  readonly tMs: Float64Array
  /** Row in `requests`, or NO_ROW. */
  readonly owner: Uint32Array
  /** Cumulative busy time at the mark. */
  readonly busyMs: Float64Array
  /** By stage: time in its synchronous spans within the measured window, nested spans of other stages taken out. */
  readonly syncMs: Float64Array
  /** By mark: the last one, itself included, right before which the loop rested; 0 where there is none. */
  readonly rested: Uint32Array
  /** Index of the first mark at or after the start of each bucket of time; one more than there are buckets. */
  readonly buckets: Uint32Array
  readonly bucketsPerMs: number
}

export const loopTimelines: Fact<'loopTimelines', ReadonlyMap<number, LoopTimeline>> = {
  id: 'loopTimelines',
  derive(facts) {
    const { recording } = facts
    const window = facts.find(traffic) ?? { fromMs: 0, toMs: recording.meta.durationMs }
    const timelines = new Map<number, LoopTimeline>()
    for (const thread of loopThreads(recording)) timelines.set(thread, buildTimeline(recording, thread, window))
    if (timelines.size === 0) return notMeasured('no event loop was observed from inside')
    return known(timelines)
  },
}

/** Threads that read their loop's idle time or handle requests. */
function loopThreads({ spans, stages }: Recording): Set<number> {
  const handler = stages.indexOf(HANDLER_STAGE)
  const found = new Set<number>()
  const isFound = new Uint8Array(NO_INDEX + 1)
  isFound[NO_INDEX] = 1
  for (let i = 0; i < spans.count; i++) {
    const thread = spans.thread[i]!
    if (isFound[thread] || (spans.stage[i] !== handler && Number.isNaN(spans.loopIdleEndMs[i]!))) continue
    isFound[thread] = 1
    found.add(thread)
  }
  return found
}

function isMark(spans: SpanTable, i: number, thread: number): boolean {
  return spans.thread[i] === thread && ((spans.flags[i]! & SPAN_SYNC) !== 0 || !Number.isNaN(spans.loopIdleDeltaMs[i]!))
}

function buildTimeline(
  { spans, stages }: Recording,
  thread: number,
  window: { readonly fromMs: number; readonly toMs: number },
): LoopTimeline {
  const { tMs, marks } = marksOf(spans, thread)
  const syncMs = new Float64Array(stages.length)
  const busyMs = cumulativeBusy(spans, tMs, marks, syncMs, window)
  // In the same memory, which is slower to get than to fill.
  const owner = marks
  for (let k = 0; k < owner.length; k++) owner[k] = spans.request[marks[k]! >> 1]!
  return { thread, tMs, owner, syncMs, busyMs, rested: restedMarks(tMs, busyMs), ...bucketsOf(tMs) }
}

/** Edges of spans in time order: mark 2i is the start of span i, 2i + 1 its end. */
function marksOf(spans: SpanTable, thread: number): { readonly tMs: Float64Array; readonly marks: Uint32Array } {
  let count = 0
  for (let i = 0; i < spans.count; i++) if (isMark(spans, i, thread)) count += 2
  const tMs = new Float64Array(count)
  const marks = new Uint32Array(count)
  for (let i = 0, at = 0; i < spans.count; i++) {
    if (!isMark(spans, i, thread)) continue
    tMs[at] = spans.startMs[i]!
    marks[at++] = 2 * i
    tMs[at] = spans.endMs[i]!
    marks[at++] = 2 * i + 1
  }
  sortByTime(tMs, marks)
  return { tMs, marks }
}

/** Busy time up to each mark; adds to `syncMs`, by stage, what ran synchronously within `window`. */
function cumulativeBusy(
  spans: SpanTable,
  tMs: Float64Array,
  marks: Uint32Array,
  syncMs: Float64Array,
  window: { readonly fromMs: number; readonly toMs: number },
): Float64Array {
  const busyMs = new Float64Array(tMs.length)
  /** By mark: whether the stretch after it is synchronous work. */
  const sync = new Uint8Array(tMs.length)
  const running: number[] = []
  let lastRead = -1
  let lastIdleMs = 0
  let knownMs = 0
  for (let k = 0; k < tMs.length; k++) {
    const span = marks[k]! >> 1
    const isEnd = (marks[k]! & 1) === 1
    if (k > 0) {
      busyMs[k] = busyMs[k - 1]!
      if (running.length > 0) {
        const stretchMs = tMs[k]! - tMs[k - 1]!
        busyMs[k]! += stretchMs
        knownMs += stretchMs
        const withinMs = Math.min(window.toMs, tMs[k]!) - Math.max(window.fromMs, tMs[k - 1]!)
        if (withinMs > 0) syncMs[running[running.length - 1]!]! += withinMs
      }
    }
    if ((spans.flags[span]! & SPAN_SYNC) !== 0) {
      if (isEnd) running.pop()
      else running.push(spans.stage[span]!)
    }
    sync[k] = running.length > 0 ? 1 : 0
    // NaN at marks that did not read it.
    const idleMs = spans.loopIdleEndMs[span]! - (isEnd ? 0 : spans.loopIdleDeltaMs[span]!)
    if (Number.isNaN(idleMs)) continue
    if (lastRead >= 0) spread(tMs, busyMs, sync, lastRead, k, Math.max(0, idleMs - lastIdleMs), knownMs)
    lastRead = k
    lastIdleMs = idleMs
    knownMs = 0
  }
  return busyMs
}

/** Adds the busy time between two readings that no synchronous span explains, evenly over what they leave. */
function spread(
  tMs: Float64Array,
  busyMs: Float64Array,
  sync: Uint8Array,
  from: number,
  to: number,
  idleMs: number,
  syncMs: number,
): void {
  const restMs = tMs[to]! - tMs[from]! - syncMs
  if (restMs <= 0) return
  const density = Math.max(0, 1 - idleMs / restMs)
  let added = 0
  for (let k = from + 1; k <= to; k++) {
    if (!sync[k - 1]) added += density * (tMs[k]! - tMs[k - 1]!)
    busyMs[k]! += added
  }
}

/** Less is no rest: a loop that asks the system for what is ready counts as idle meanwhile, whether it then has to wait or not. */
const REST_MS = 0.1

function restedMarks(tMs: Float64Array, busyMs: Float64Array): Uint32Array {
  const rested = new Uint32Array(tMs.length)
  let last = 0
  for (let k = 1; k < tMs.length; k++) {
    const idleMs = tMs[k]! - tMs[k - 1]! - (busyMs[k]! - busyMs[k - 1]!)
    if (idleMs > REST_MS) last = k
    rested[k] = last
  }
  return rested
}

const MARKS_PER_BUCKET = 8

function bucketsOf(tMs: Float64Array): Pick<LoopTimeline, 'buckets' | 'bucketsPerMs'> {
  const count = tMs.length
  const total = Math.max(1, Math.ceil(count / MARKS_PER_BUCKET))
  const buckets = new Uint32Array(total + 1).fill(count)
  const firstMs = tMs[0]!
  const widthMs = tMs[count - 1]! - firstMs
  const bucketsPerMs = widthMs > 0 ? (total * (1 - 1e-9)) / widthMs : 0
  for (let k = count - 1; k >= 0; k--) buckets[Math.floor((tMs[k]! - firstMs) * bucketsPerMs)] = k
  for (let b = total - 1; b >= 0; b--) if (buckets[b]! > buckets[b + 1]!) buckets[b] = buckets[b + 1]!
  return { buckets, bucketsPerMs }
}

/** Index of the last mark at or before `timeMs`; -1 when there is none. */
export function markAt({ tMs, buckets, bucketsPerMs }: LoopTimeline, timeMs: number): number {
  const count = tMs.length
  if (count === 0 || timeMs < tMs[0]!) return -1
  if (timeMs >= tMs[count - 1]!) return count - 1
  const bucket = Math.floor((timeMs - tMs[0]!) * bucketsPerMs)
  let low = buckets[bucket]!
  let high = Math.min(count, buckets[bucket + 1]! + 1)
  while (low < high) {
    const middle = (low + high) >> 1
    if (tMs[middle]! <= timeMs) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** How long the loop had been busy at `timeMs`, counted from its first mark. */
export function busyUpTo(timeline: LoopTimeline, timeMs: number): number {
  return busyAfterMark(timeline, markAt(timeline, timeMs), timeMs)
}

/** As `busyUpTo`, where `k` is known to be the last mark at or before `timeMs`. */
function busyAfterMark({ tMs, busyMs }: LoopTimeline, k: number, timeMs: number): number {
  if (k < 0) return 0
  if (k === tMs.length - 1) return busyMs[k]!
  const stretchMs = tMs[k + 1]! - tMs[k]!
  const share = stretchMs > 0 ? (timeMs - tMs[k]!) / stretchMs : 0
  return busyMs[k]! + share * (busyMs[k + 1]! - busyMs[k]!)
}

/** A loop that begins to work in the very middle of a moment was idle until then, whatever rounding says. */
const ROUNDING_MS = 1e-6

/** Whether the loop worked for more than half of the time from `fromMs` to `toMs`; false when either is NaN. */
export function mostlyBusy(timeline: LoopTimeline, fromMs: number, toMs: number): boolean {
  return busyUpTo(timeline, toMs) - busyUpTo(timeline, fromMs) > (toMs - fromMs) / 2 + ROUNDING_MS
}

/**
 * How long the loop was busy between `fromMs` and `toMs` on behalf of anyone but `request`. A stretch between two marks
 * belongs to its owners half and half. `fromMs` to `toMs` must not hold edges of the request itself except at its ends.
 */
export function busyForOthers(timeline: LoopTimeline, fromMs: number, toMs: number, request: number): number {
  return busyBefore(timeline, markAt(timeline, toMs), fromMs, toMs, request)
}

/** As `busyForOthers`, where `end` is known to be the last mark at or before `toMs`. */
function busyBefore(timeline: LoopTimeline, end: number, fromMs: number, toMs: number, request: number): number {
  const { tMs } = timeline
  if (end < 0) return 0
  const first = markAt(timeline, fromMs)
  const busy = busyAfterMark(timeline, end, toMs) - busyAfterMark(timeline, first, fromMs)
  // The stretch that ends at `toMs`, when a mark sits exactly there.
  let last = end
  while (last > first && tMs[last]! >= toMs) last--
  const own =
    ownWithin(timeline, first, fromMs, toMs, request) +
    (first === last ? 0 : ownWithin(timeline, last, fromMs, toMs, request))
  return Math.min(toMs - fromMs, Math.max(0, busy - own))
}

/** What of the time from `fromMs` to `toMs` in the stretch after mark `k` the loop was busy for `request`. */
function ownWithin(
  { tMs, owner, busyMs }: LoopTimeline,
  k: number,
  fromMs: number,
  toMs: number,
  request: number,
): number {
  if (k < 0 || k >= tMs.length - 1) return 0
  const share = (owner[k] === request ? 0.5 : 0) + (owner[k + 1] === request ? 0.5 : 0)
  const stretchMs = tMs[k + 1]! - tMs[k]!
  if (share === 0 || stretchMs <= 0) return 0
  const overlapMs = Math.min(toMs, tMs[k + 1]!) - Math.max(fromMs, tMs[k]!)
  return (share * overlapMs * (busyMs[k + 1]! - busyMs[k]!)) / stretchMs
}

/**
 * How long a request that went on at `toMs` waited for the loop since `fromMs`. `ready`: it could have gone on all the time, so that it
 * waited for all that the loop did for others. Else it waited for something that nobody saw the end of, and had that been over
 * before the loop last rested, the loop would not have rested: the most that it waited is what the loop did for others since then.
 */
export function waitForLoop(
  timeline: LoopTimeline | undefined,
  fromMs: number,
  toMs: number,
  request: number,
  ready: boolean,
): number {
  if (timeline === undefined) return 0
  const end = markAt(timeline, toMs)
  const restedMs = ready || end < 0 ? fromMs : timeline.tMs[timeline.rested[end]!]!
  return busyBefore(timeline, end, Math.max(fromMs, Math.min(restedMs, toMs)), toMs, request)
}
