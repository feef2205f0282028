import type { Facts } from '../../facts/fact.js'
import { mostlyBusy } from '../../facts/loop-timelines.js'
import { NO_ROW, type Recording } from '../../model/recording.js'
import { pick, tabulate } from '../../stats/gather.js'
import { quantile } from '../../stats/quantile.js'
import { latenessAfter } from '../handover.js'
import type { Processes } from './processes.js'
import type { BatcherModel, Disturbances } from './service-model.js'

/** Batches of a kind from which on their delays are taken as they are. */
const FEWEST = 20
/** Quantile of how late timers are, by which they count as gone off. */
const LATEST = 0.95
/** Around a release, in which the loop tells whether it works. */
const MOMENT_MS = 0.1

export type Batches = {
  /** In order of start. */
  readonly rows: Uint32Array
  readonly capacity: number
  readonly maxWaitMs: number
  /** Of each process. */
  readonly slots: number
  /** By row: service time over its expectation. */
  readonly variation: Float64Array
}

/** How each batch came to start, in the order of `rows`. */
type Releases = {
  /** TIMER, FILLED, TURN, or 0: nobody knows. */
  readonly kind: Uint8Array
  /** How long after it could have. */
  readonly delayMs: Float64Array
  /** Of one that its timer would have let go: how long before the device got free; Infinity of others. */
  readonly expiredMs: Float64Array
  /** How long the run before it took on its slot; NaN where there is none. */
  readonly ranMs: Float64Array
  /** 1: the event loop worked. */
  readonly crowded: Uint8Array
}

type Run = { readonly endedMs: number; readonly tookMs: number }

const TIMER = 1
/** It filled up while the device was free. */
const FILLED = 2
/** It waited for the device. */
const TURN = 3

/**
 * What befalls batches beside their work: the variation of their service times, and how late they start. A timer of the runtime
 * is up to a tick late, and requests still join meanwhile: `lateMs`, the lower quartile. What comes on top (a message to the
 * device's thread, and that thread's waiting for a core) has a long tail and holds a batch that is closed. Batches that waited for
 * the device have it of their own, for it may have the next one queued; where one of both was hardly seen, both are taken
 * together, and where neither was, a batch starts at the moment that the device gets free: a little too early for a device that is
 * handed one at a time, while as late as a timer it would make the device seem slower than it is, which counts near its limit. All of it is worse while the event loop works, which leaves the other threads less of the cores: hence two sets.
 * One that was hardly seen is filled up from the other.
 */
export function learnDisturbances(
  { recording }: Facts,
  processes: Processes,
  batches: Batches,
): Pick<BatcherModel, 'lateMs' | 'calm' | 'crowded'> {
  const { kind, delayMs, expiredMs, ranMs, crowded } = releasesOf(recording, processes, batches)
  const timers = pick(delayMs, (i) => kind[i] === TIMER)
  const timersKnown = timers.length >= FEWEST
  const lateMs = timersKnown ? quantile(timers, 0.25) : 0
  // Its timer, late itself, may have come after the device got free: then it says nothing of the device.
  const latestMs = timersKnown ? quantile(timers, LATEST) : 0
  for (let i = 0; i < kind.length; i++) if (kind[i] === TURN && expiredMs[i]! < latestMs) kind[i] = 0
  const seenApart = [FILLED, TURN].every((one) => kind.filter((other) => other === one).length >= FEWEST)
  if (!seenApart) for (let i = 0; i < kind.length; i++) if (kind[i] === FILLED) kind[i] = TURN
  const turns = pick(delayMs, (i) => kind[i] === TURN)
  const turnsKnown = turns.length >= FEWEST
  const promptMs = turnsKnown ? quantile(turns, 0.05) : turns.length > 0 ? quantile(turns, 0.5) : 0
  const timerMs = tabulate(kind.length, (i) => (kind[i] === TIMER ? Math.max(0, delayMs[i]! - lateMs) : Number.NaN))
  const filledMs = tabulate(kind.length, (i) => (kind[i] === FILLED ? Math.max(0, delayMs[i]!) : Number.NaN))
  const turnMs = tabulate(kind.length, (i) =>
    kind[i] === TURN ? Math.max(0, delayMs[i]! - promptMs) / latenessAfter(ranMs[i]!) : Number.NaN,
  )
  const set = (isCrowded: boolean): Disturbances => {
    const column = (enough: boolean, values: Float64Array) =>
      enough ? filled(values, crowded, isCrowded) : new Float64Array(0)
    return {
      variation: column(true, batches.variation),
      handover: {
        timerMs: column(timersKnown, timerMs),
        filledMs: column(seenApart, filledMs),
        promptMs,
        turnMs: column(turnsKnown, turnMs),
      },
    }
  }
  return { lateMs, calm: set(false), crowded: set(true) }
}

/**
 * One value a batch: its own where it has one under this condition, else one after the other of those that have; under any
 * condition where few have. A tail that was seen only while the loop worked is the loop's: without it nothing exceeds the median.
 */
function filled(all: Float64Array, crowded: Uint8Array, isCrowded: boolean): Float64Array {
  const own = tabulate(all.length, (place) => ((crowded[place] === 1) === isCrowded ? all[place]! : Number.NaN))
  const present = (column: Float64Array) => pick(column, (place) => !Number.isNaN(column[place]!))
  const borrowed = present(own).length < FEWEST
  const limit = borrowed && !isCrowded ? quantile(present(all), 0.5) : Number.POSITIVE_INFINITY
  const column = borrowed ? all.map((one) => Math.min(one, limit)) : own
  const pool = present(column)
  return tabulate(column.length, (place) =>
    Number.isNaN(column[place]!) ? pool[place % pool.length]! : column[place]!,
  )
}

function releasesOf(
  recording: Recording,
  { loops, ofBatch }: Processes,
  { rows, capacity, maxWaitMs, slots }: Batches,
): Releases {
  const { startedMs, openedMs, endedMs, size, device, thread } = recording.batches
  const filledMs = lastJoined(recording)
  const releases = {
    kind: new Uint8Array(rows.length),
    delayMs: new Float64Array(rows.length),
    expiredMs: new Float64Array(rows.length).fill(Number.POSITIVE_INFINITY),
    ranMs: new Float64Array(rows.length),
    crowded: new Uint8Array(rows.length),
  }
  /** By process, and by slot of it, the last run; what one did before its first batch is not known. */
  const lastRuns = loops.map(() => new Map<number, Run>())
  for (let i = 0; i < rows.length; i++) {
    const b = rows[i]!
    const ran = lastRuns[ofBatch[b]!]!
    const dueMs = openedMs[b]! + maxWaitMs
    const full = size[b]! >= capacity
    const dueAtMs = full ? Math.min(dueMs, filledMs[b]!) : dueMs
    const soonest = ran.size < slots ? null : firstToEnd(ran.values())
    const freeMs = soonest?.endedMs ?? Number.NaN
    ran.set(device[b]! * 65_536 + thread[b]!, { endedMs: endedMs[b]!, tookMs: endedMs[b]! - startedMs[b]! })
    const readyMs = Math.max(freeMs, dueAtMs)
    const delayMs = startedMs[b]! - readyMs
    releases.ranMs[i] = soonest?.tookMs ?? Number.NaN
    releases.crowded[i] = mostlyBusy(loops[ofBatch[b]!]!, readyMs - MOMENT_MS / 2, readyMs + MOMENT_MS / 2) ? 1 : 0
    if (dueAtMs === dueMs) releases.expiredMs[i] = freeMs - dueMs
    const isKnown = freeMs >= dueAtMs || delayMs >= 0
    releases.delayMs[i] = isKnown ? Math.max(0, delayMs) : delayMs
    if (isKnown) releases.kind[i] = freeMs >= dueAtMs ? TURN : dueAtMs === dueMs ? TIMER : FILLED
  }
  return releases
}

function firstToEnd(runs: Iterable<Run>): Run | null {
  let first: Run | null = null
  for (const run of runs) if (first === null || run.endedMs < first.endedMs) first = run
  return first
}

/** By batch: when the last of its requests entered the queue; NaN where no span tells. */
function lastJoined({ spans, stages, batches }: Recording): Float64Array {
  const queue = stages.indexOf('queue')
  const joinedMs = new Float64Array(batches.count).fill(Number.NaN)
  for (let i = 0; i < spans.count; i++) {
    const b = spans.batch[i]!
    if (spans.stage[i] !== queue || b === NO_ROW) continue
    if (!(joinedMs[b]! >= spans.startMs[i]!)) joinedMs[b] = spans.startMs[i]!
  }
  return joinedMs
}
