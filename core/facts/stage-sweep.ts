import {
  CONNECT_STAGE,
  LOOP_WAIT_STAGE,
  NO_INDEX,
  type Recording,
  SPAN_CONTAINER,
  SPAN_SYNC,
  UNATTRIBUTED_STAGE,
} from '../model/recording.js'
import type { RowGroups } from '../stats/row-groups.js'
import { type LoopTimeline, waitForLoop } from './loop-timelines.js'
import type { StageColumns } from './stage-columns.js'

/** Stages that something else than the event loop works on: its being busy does not delay them, but what follows. */
export const OFF_LOOP_STAGES: ReadonlySet<string> = new Set(['queue', 'model', 'network-out'])

const SMALL = 48

/** What is known of waits beyond each one alone. */
export type Waits = {
  /** What a wait in `stage` that came after `before` (ids of `stages`) was for, of its `highMs`: at least `lowMs`. */
  awaitedMs(before: number, stage: number, lowMs: number, highMs: number): number
  /** Hears for how long a request waited for the loop that is known to have become ready once, at the beginning. */
  heard?(waitedMs: number): void
  /** Hears what was handed out to a stage that the loop shares, or that something else works on while the request awaits it. */
  spent?(piece: Piece): void
}

/** Time of the request in row `row` that was handed out to `stage`, after `before` (ids of `stages`). */
export type Piece = {
  readonly row: number
  readonly before: number
  readonly stage: number
  readonly fromMs: number
  readonly ms: number
}

/** Where nothing more is known. */
export const EACH_ALONE: Waits = { awaitedMs: (_before, _stage, lowMs) => lowMs }

/**
 * Resolves the nested and overlapping spans of one request to exclusive time: at each instant the innermost (latest
 * started) span owns the time. docs/architecture.md, "Where a request's time goes", has the rules for the rest.
 */
export class StageSweep {
  readonly stages: readonly string[]
  readonly #recording: Recording
  readonly #groups: RowGroups
  readonly #loops: ReadonlyMap<number, LoopTimeline>
  readonly #waits: Waits
  readonly #offLoop: Uint8Array
  readonly #connection: number
  readonly #loopWait: number
  readonly #unattributed: number
  readonly #networkIn: number
  readonly #networkOut: number
  // Stacks that keep their memory from request to request, each with its height.
  readonly #sorted: number[] = []
  #spans = 0
  readonly #open: number[] = []
  #depth = 0
  #loop: LoopTimeline | undefined
  #row = 0
  /** The stage that was handed out last; at the beginning of a request none. */
  #before = 0
  /** What was last handed out ended off the loop, so that the request has been ready for the loop since. */
  #ready = false

  constructor(recording: Recording, groups: RowGroups, loops: ReadonlyMap<number, LoopTimeline>, waits: Waits) {
    const stages = [...recording.stages]
    const idOf = (stage: string) => (stages.includes(stage) ? stages.indexOf(stage) : stages.push(stage) - 1)
    this.#recording = recording
    this.#groups = groups
    this.#loops = loops
    this.#waits = waits
    this.#connection = idOf(CONNECT_STAGE)
    this.#loopWait = idOf(LOOP_WAIT_STAGE)
    this.#unattributed = idOf(UNATTRIBUTED_STAGE)
    this.#networkIn = idOf('network-in')
    this.#networkOut = idOf('network-out')
    this.#offLoop = Uint8Array.from(stages, (stage) => (OFF_LOOP_STAGES.has(stage) ? 1 : 0))
    this.stages = stages
  }

  /** Client and server on one clock: everything between `fromMs` and `toMs` is accounted for. */
  run(row: number, fromMs: number, toMs: number, times: StageColumns): void {
    this.#row = row
    this.#ready = false
    this.#before = this.stages.length
    this.#collect(row, fromMs, toMs)
    const { startMs } = this.#recording.spans
    let cursorMs = fromMs
    for (let i = 0; i < this.#spans; i++) {
      const span = this.#sorted[i]!
      const spanFromMs = Math.max(startMs[span]!, fromMs)
      if (spanFromMs > cursorMs) {
        this.#drain(cursorMs, spanFromMs, times)
        cursorMs = spanFromMs
      }
      this.#open[this.#depth++] = span
    }
    this.#drain(cursorMs, toMs, times)
    this.#depth = 0
  }

  /** Client and server on different clocks: only durations compare, so what the server did not see is `connection`. */
  runApart(row: number, latencyMs: number, times: StageColumns): void {
    const { serverStartMs, serverEndMs } = this.#recording.requests
    const servedMs = serverEndMs[row]! - serverStartMs[row]!
    if (!(servedMs > 0)) {
      times.add(this.#connection, latencyMs)
      return
    }
    this.run(row, serverStartMs[row]!, serverEndMs[row]!, times)
    if (servedMs <= latencyMs) times.add(this.#connection, latencyMs - servedMs)
    else times.scale(latencyMs / servedMs)
  }

  /** Spans of the request that touch the window, by start; of equal starts the longer, then the container, first. */
  #collect(row: number, fromMs: number, toMs: number): void {
    const { startMs, endMs, flags, thread } = this.#recording.spans
    const { starts, rows } = this.#groups
    const sorted = this.#sorted
    let count = 0
    let ordered = true
    this.#loop = undefined
    for (let i = starts[row]!; i < starts[row + 1]!; i++) {
      const span = rows[i]!
      if ((flags[span]! & SPAN_CONTAINER) !== 0 || this.#loop === undefined) {
        this.#loop = this.#loops.get(thread[span]!) ?? this.#loop
      }
      if (!(endMs[span]! > fromMs && startMs[span]! < toMs)) continue
      ordered &&= count === 0 || !this.#isAfter(sorted[count - 1]!, span)
      sorted[count++] = span
    }
    this.#spans = count
    // A request that never reached a handler can only have waited for the loop when there is just one.
    if (this.#loop === undefined && this.#loops.size === 1) [this.#loop] = this.#loops.values()
    if (ordered) return
    if (count > SMALL) {
      sorted.length = count
      sorted.sort((a, b) => (this.#isAfter(a, b) ? 1 : -1))
      return
    }
    for (let i = 1; i < count; i++) {
      const span = sorted[i]!
      let hole = i
      while (hole > 0 && this.#isAfter(sorted[hole - 1]!, span)) {
        sorted[hole] = sorted[hole - 1]!
        hole--
      }
      sorted[hole] = span
    }
  }

  /** Whether span `a` belongs after span `b`. */
  #isAfter(a: number, b: number): boolean {
    const { startMs, endMs, flags } = this.#recording.spans
    if (startMs[a] !== startMs[b]) return startMs[a]! > startMs[b]!
    if (endMs[a] !== endMs[b]) return endMs[a]! < endMs[b]!
    const aHolds = flags[a]! & SPAN_CONTAINER
    const bHolds = flags[b]! & SPAN_CONTAINER
    return aHolds === bHolds ? a > b : aHolds < bHolds
  }

  /** Hands out the time from `fromMs` to `toMs`, in which no span starts. */
  #drain(fromMs: number, toMs: number, times: StageColumns): void {
    const open = this.#open
    const { endMs } = this.#recording.spans
    let cursorMs = fromMs
    while (cursorMs < toMs) {
      while (this.#depth > 0 && endMs[open[this.#depth - 1]!]! <= cursorMs) this.#depth--
      if (this.#depth === 0) {
        this.#uncovered(cursorMs, toMs, times)
        return
      }
      const span = open[this.#depth - 1]!
      const untilMs = Math.min(endMs[span]!, toMs)
      this.#own(span, cursorMs, untilMs, times)
      cursorMs = untilMs
    }
  }

  #own(span: number, fromMs: number, toMs: number, times: StageColumns): void {
    const { flags, stage, thread } = this.#recording.spans
    if ((flags[span]! & SPAN_CONTAINER) !== 0) {
      this.#uncovered(fromMs, toMs, times)
      return
    }
    const id = stage[span]!
    const offLoop = this.#offLoop[id] === 1 || (thread[span] !== NO_INDEX && thread[span] !== this.#loop?.thread)
    if ((flags[span]! & SPAN_SYNC) !== 0) times.add(id, toMs - fromMs)
    else if (!offLoop) this.#shareWithLoop(id, fromMs, toMs, times)
    else this.#spend(id, fromMs, toMs - fromMs, times)
    // Of a stream that a client held up it is not known since when it could go on.
    this.#ready = offLoop && id !== this.#networkOut
    this.#before = id
  }

  #uncovered(fromMs: number, toMs: number, times: StageColumns): void {
    const { serverStartMs, serverEndMs } = this.#recording.requests
    // A request that the server never saw waited to be seen.
    const seenMs = Number.isNaN(serverStartMs[this.#row]!) ? toMs : serverStartMs[this.#row]!
    const answeredMs = Number.isNaN(serverEndMs[this.#row]!) ? toMs : serverEndMs[this.#row]!
    const a = Math.min(toMs, Math.max(fromMs, seenMs))
    const b = Math.min(toMs, Math.max(a, answeredMs))
    if (a > fromMs) this.#shareWithLoop(this.#connection, fromMs, a, times)
    if (b > a) this.#shareWithLoop(this.#unattributed, a, b, times)
    if (toMs > b) times.add(this.#networkOut, toMs - b)
  }

  #shareWithLoop(stage: number, fromMs: number, toMs: number, times: StageColumns): void {
    // A connection or a body is ready for the loop again and again; of other waits it is not known since when they were over.
    const ready = this.#ready || stage === this.#connection || stage === this.#networkIn
    const tookMs = toMs - fromMs
    const mostMs = waitForLoop(this.#loop, fromMs, toMs, this.#row, ready)
    if (ready && stage !== this.#networkIn) this.#waits.heard?.(mostMs)
    const ownMs = ready ? tookMs - mostMs : this.#waits.awaitedMs(this.#before, stage, tookMs - mostMs, tookMs)
    this.#ready = false
    times.add(this.#loopWait, tookMs - ownMs)
    this.#spend(stage, fromMs, ownMs, times)
  }

  #spend(stage: number, fromMs: number, ms: number, times: StageColumns): void {
    this.#waits.spent?.({ row: this.#row, before: this.#before, stage, fromMs, ms })
    times.add(stage, ms)
  }
}
