import type { Level } from '../../core/model/load-level.js'
import { monotonicMs } from '../clock.js'
import type { LoadOptions } from '../options.js'
import type { LoadOutcome } from '../outcome.js'
import type { LoadProgress } from '../progress.js'
import { runLoad } from '../run.js'
import { arrivalTimes, isClosed } from '../schedule/arrivals.js'
import { settledRequests } from '../sender/settled.js'
import { summariseLevel } from './level-summary.js'
import { longestLimitMs, wholeAnswersMs } from './level-time.js'
import { judgeLevel, type Targets } from './level-verdict.js'
import { LevelWatch } from './level-watch.js'

export type LevelOptions = Omit<LoadOptions, 'enough'> & {
  /** Null: nothing is judged but stability. */
  readonly targets: Targets | null
  /** A level that is clear by then is cut short; absent: it runs its whole time. */
  readonly leastMs?: number
  /** What a whole answer takes by itself; absent: not known. */
  readonly restMs?: number
  readonly onProgress?: (progress: LoadProgress) => void
}

export type LevelResult = { readonly level: Level; readonly watch: LevelWatch; readonly outcome: LoadOutcome }

const JUDGE_MS = 100
/** Senders tell what ended every 250 ms; what ended before that is known. */
const TOLD_MS = 300
/** How long the answers to a level that is over are awaited beyond the longest latency limit and the time that whole answers take. */
const PATIENCE_MS = 500

/**
 * Holds one rate and says what came of it. Rejects as `runLoad` does for options that cannot be; a level that proves
 * nothing resolves with `level.void`.
 */
export async function runLevel(options: LevelOptions): Promise<LevelResult> {
  const {
    targets,
    warmupMs,
    durationMs,
    leastMs = Number.POSITIVE_INFINITY,
    restMs = Number.POSITIVE_INFINITY,
  } = options
  const untilMs = warmupMs + durationMs
  const { arrivals, rate, seed } = options
  const closed = isClosed(arrivals)
  const watch = new LevelWatch(Float64Array.from(arrivalTimes({ arrivals, rate, seed, untilMs })), warmupMs)
  const asked: Asked[] = []
  const cut = new LevelCut(options.signal)
  let startMs = Number.NaN
  const judging = setInterval(() => {
    const toldMs = monotonicMs() - startMs - TOLD_MS
    if (!(toldMs - warmupMs >= leastMs) || targets === null || toldMs >= untilMs) return
    if (judgeLevel(watch, targets, toldMs).kind === 'clear') cut.short(toldMs)
  }, JUDGE_MS)
  const draining = setInterval(() => {
    if (targets === null) return
    const overMs = monotonicMs() - startMs - Math.min(untilMs, cut.atMs)
    if (overMs > Math.max(longestLimitMs(targets), wholeAnswersMs(targets, restMs)) + PATIENCE_MS) cut.off()
  }, JUDGE_MS)
  try {
    const outcome = await runLoad({ ...options, ...cut.signals }, options.onProgress, (settled, at) => {
      startMs = at
      for (const { number, scheduledMs, firstByteMs, endMs, outcome } of settledRequests(settled)) {
        if (outcome === null || outcome === 'aborted') {
          watch.begin(number, firstByteMs - at)
          continue
        }
        const ended = { firstByteMs: firstByteMs - at, endMs: endMs - at, ok: outcome === 'ok' }
        if (closed) asked.push({ dueMs: scheduledMs - at, ...ended })
        else watch.settle(number, ended.endMs, ended.ok, ended.firstByteMs)
      }
    })
    const stoppedMs = outcome.stoppedEarly && !cut.isOff ? outcome.measuredToMs - startMs : untilMs
    const seen = closed ? watchOf(asked, warmupMs) : watch
    const run = {
      rate,
      seed,
      startMs,
      cutShort: cut.atMs < untilMs,
      clientLagP99Ms: outcome.sendLagP99Ms,
      void: outcome.void,
    }
    return { level: summariseLevel(seen, targets, run, Math.min(untilMs, cut.atMs, stoppedMs)), watch: seen, outcome }
  } finally {
    clearInterval(judging)
    clearInterval(draining)
  }
}

type Asked = { readonly dueMs: number; readonly firstByteMs: number; readonly endMs: number; readonly ok: boolean }

/** In a closed loop requests are due when they are sent. */
function watchOf(asked: Asked[], warmupMs: number): LevelWatch {
  asked.sort((a, b) => a.dueMs - b.dueMs)
  const watch = new LevelWatch(
    Float64Array.from(asked, ({ dueMs }) => dueMs),
    warmupMs,
  )
  for (const [number, { endMs, ok, firstByteMs }] of asked.entries()) watch.settle(number, endMs, ok, firstByteMs)
  return watch
}

/** The two ways in which a level ends before its time. */
class LevelCut {
  /** Offset; what was due later is not looked at. */
  atMs = Number.POSITIVE_INFINITY
  /** Answers still missing are not awaited any longer. */
  isOff = false
  readonly #enough = new AbortController()
  readonly #off = new AbortController()
  readonly signals: { readonly enough: AbortSignal; readonly signal: AbortSignal }

  constructor(outer: AbortSignal | undefined) {
    const signal = outer === undefined ? this.#off.signal : AbortSignal.any([outer, this.#off.signal])
    this.signals = { enough: this.#enough.signal, signal }
  }

  short(atMs: number): void {
    this.atMs = Math.min(this.atMs, atMs)
    this.#enough.abort()
  }

  off(): void {
    if (this.isOff) return
    this.isOff = true
    this.#off.abort()
  }
}
