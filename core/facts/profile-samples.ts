import { type ProfileWindow, type Recording, SPAN_SYNC } from '../model/recording.js'
import { lowerBound } from '../stats/lower-bound.js'
import { timeOrder } from '../stats/time-order.js'
import { type Fact, known, notMeasured } from './fact.js'

/** "Outside every stage" among the stage indices of samples. */
export const NO_STAGE = -1

export type SampledWindow = {
  readonly window: ProfileWindow
  /** When each sample was taken, ms of the recording's time, ascending. */
  readonly atMs: Float64Array
  /** By sample: index into `recording.stages` of the innermost synchronous span that ran on its thread; NO_STAGE = none. */
  readonly stage: Int32Array
}

/** The CPU profile of every thread, its samples joined by time with what the stages of the thread did. */
export const profileSamples: Fact<'profileSamples', readonly SampledWindow[]> = {
  id: 'profileSamples',
  derive({ recording }) {
    if (recording.profiles.length === 0) return notMeasured('no CPU profile was taken')
    const windows = withCode(recording).map((window) => ({ window, atMs: sampleTimesMs(window) }))
    const rows = spansOf(recording, windows)
    return known(windows.map((one, w) => ({ ...one, stage: stagesAt(recording, rows[w]!, one.atMs) })))
  },
}

/**
 * Of each thread the windows that saw V8 compile the code that they sampled, where there are any; else all. To one that opens later,
 * a loop that V8 optimized while it ran is nobody: its time counts as the caller's (docs/decisions/0008).
 */
function withCode({ profiles, meta: { load } }: Recording): readonly ProfileWindow[] {
  if (load === null) return profiles
  const saw = ({ startMs, endMs }: ProfileWindow) => startMs < load.measuredFromMs && endMs > load.measuredFromMs
  const known = new Set(profiles.filter(saw).map(({ thread }) => thread))
  return profiles.filter((window) => !known.has(window.thread) || saw(window))
}

type TimedWindow = Pick<SampledWindow, 'window' | 'atMs'>

/** The profile's own clock, shifted so that it begins at the window's start. */
function sampleTimesMs({ profile, startMs }: ProfileWindow): Float64Array {
  const atMs = new Float64Array(profile.samples.length)
  let sinceUs = 0
  for (let i = 0; i < atMs.length; i++) {
    sinceUs += profile.timeDeltas[i] ?? 0
    // V8 stamps a few samples before the one that they follow.
    atMs[i] = Math.max(startMs + sinceUs / 1000, i === 0 ? Number.NEGATIVE_INFINITY : atMs[i - 1]!)
  }
  return atMs
}

/** By window: the synchronous spans of its thread that touch it. One pass over the spans, of which there are millions. */
function spansOf({ spans }: Recording, windows: readonly TimedWindow[]): number[][] {
  const rows: number[][] = windows.map(() => [])
  const byThread: { w: number; fromMs: number; toMs: number }[][] = []
  windows.forEach(({ window, atMs }, w) => {
    if (atMs.length === 0) return
    byThread[window.thread] ??= []
    byThread[window.thread]!.push({ w, fromMs: atMs[0]!, toMs: atMs.at(-1)! })
  })
  // A thread is profiled once at a time, so that what ends in order begins in order.
  const lasts = byThread.map((own) => {
    own.sort((a, b) => a.toMs - b.toMs)
    return Float64Array.from(own, ({ toMs }) => toMs)
  })
  for (let i = 0; i < spans.count; i++) {
    const own = byThread[spans.thread[i]!]
    if (own === undefined || (spans.flags[i]! & SPAN_SYNC) === 0) continue
    for (let k = lowerBound(lasts[spans.thread[i]!]!, spans.startMs[i]!); k < own.length; k++) {
      if (own[k]!.fromMs >= spans.endMs[i]!) break
      rows[own[k]!.w]!.push(i)
    }
  }
  return rows
}

function stagesAt({ spans }: Recording, rows: readonly number[], atMs: Float64Array): Int32Array {
  const stages = new Int32Array(atMs.length).fill(NO_STAGE)
  const order = timeOrder(Float64Array.from(rows, (row) => spans.startMs[row]!))
  const open: number[] = []
  let next = 0
  for (let i = 0; i < atMs.length; i++) {
    while (next < order.length && spans.startMs[rows[order[next]!]!]! <= atMs[i]!) open.push(rows[order[next++]!]!)
    while (open.length > 0 && spans.endMs[open[open.length - 1]!]! <= atMs[i]!) open.pop()
    if (open.length > 0) stages[i] = spans.stage[open[open.length - 1]!]!
  }
  return stages
}
