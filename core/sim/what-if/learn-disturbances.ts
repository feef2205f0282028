import type { Facts } from '../../facts/fact.js'
import { type LoopTimeline, mostlyBusy } from '../../facts/loop-timelines.js'
import { NO_ROW, type Recording } from '../../model/recording.js'
import { quantile } from '../../stats/quantile.js'
import type { Disturbances } from './service-model.js'

/** Batches of a kind from which on their delays are taken as they are. */
const FEWEST = 20
/** Around a release, in which the loop tells whether it works. */
const MOMENT_MS = 0.1

export type Batches = {
  /** In order of start. */
  readonly rows: Uint32Array
  readonly capacity: number
  readonly maxWaitMs: number
  readonly slots: number
  /** By row: service time over its expectation. */
  readonly variation: Float64Array
}

type Release = { readonly kind: 'timer' | 'turn' | 'unknown'; readonly delayMs: number; readonly crowded: boolean }

/**
 * What befalls batches beside their work: the variation of their service times, and how late they start. A timer of the runtime
 * is up to a tick late, and requests still join meanwhile: `lateMs`, the lower quartile. What comes on top (a message to the
 * device's thread, and that thread's waiting for a core) has a long tail and holds a batch that is closed. All of it
 * is worse while the event loop works, which leaves the other threads less of the cores: hence two sets. One that was
 * hardly seen is filled up from the other.
 */
export function learnDisturbances(
  { recording }: Facts,
  loop: LoopTimeline,
  batches: Batches,
): { readonly lateMs: number; readonly calm: Disturbances; readonly crowded: Disturbances } {
  const { size } = recording.batches
  const releases = releasesOf(recording, loop, batches)
  const timers = releases.filter(({ kind }) => kind === 'timer').map(({ delayMs }) => delayMs)
  const turns = releases.filter(({ kind }) => kind === 'turn').map(({ delayMs }) => delayMs)
  const late = Float64Array.from(timers)
  const timersKnown = timers.length >= FEWEST
  const turnsKnown = turns.length >= FEWEST
  const lateMs = timersKnown ? quantile(late, 0.25) : 0
  // A device that was never waited for hands over as fast as the promptest timer was served.
  const prompt = turnsKnown ? Float64Array.from(turns) : late
  const promptMs = turnsKnown || timersKnown ? quantile(prompt, 0.05) : 0
  const set = (crowded: boolean): Disturbances => {
    const column = (enough: boolean, value: (release: Release, place: number) => number) =>
      enough ? filled(releases, crowded, value) : new Float64Array(0)
    return {
      variation: column(true, (_, place) => batches.variation[place]!),
      handover: {
        timerMs: column(timersKnown, ({ kind, delayMs }) =>
          kind === 'timer' ? Math.max(0, delayMs - lateMs) : Number.NaN,
        ),
        promptMs,
        // A large batch makes more requests return, and their answers take up the cores: between batches of 4 and of 16
        // the delay beyond the promptest grew about with the root (blind walk of `npm run accuracy:predict`, near the knee).
        turnMs: column(turnsKnown, ({ kind, delayMs }, place) =>
          kind === 'turn' ? Math.max(0, delayMs - promptMs) / Math.sqrt(size[batches.rows[place]!]!) : Number.NaN,
        ),
      },
    }
  }
  return { lateMs, calm: set(false), crowded: set(true) }
}

/**
 * One value a batch: its own where it has one under this condition, else one after the other of those that have; under any
 * condition where few have. A tail that was seen only while the loop worked is the loop's: without it nothing exceeds the median.
 */
function filled(
  releases: readonly Release[],
  crowded: boolean,
  value: (release: Release, place: number) => number,
): Float64Array {
  const all = releases.map(value)
  const own = all.map((one, place) => (releases[place]!.crowded === crowded ? one : Number.NaN))
  const present = (column: readonly number[]) => column.filter((one) => !Number.isNaN(one))
  const borrowed = present(own).length < FEWEST
  const limit = borrowed && !crowded ? quantile(Float64Array.from(present(all)), 0.5) : Number.POSITIVE_INFINITY
  const column = borrowed ? all.map((one) => Math.min(one, limit)) : own
  const pool = present(column)
  return Float64Array.from(column, (one, place) => (Number.isNaN(one) ? pool[place % pool.length]! : one))
}

/** How each batch came to start, and how long after it could have. */
function releasesOf(
  recording: Recording,
  loop: LoopTimeline,
  { rows, capacity, maxWaitMs, slots }: Batches,
): Release[] {
  const { startedMs, openedMs, endedMs, size, device, thread } = recording.batches
  const filledMs = lastJoined(recording)
  /** When each slot gets free; what it did before its first batch is not known. */
  const freeMs = new Map<number, number>()
  return Array.from(rows, (b): Release => {
    const dueMs = openedMs[b]! + maxWaitMs
    const full = size[b]! >= capacity
    const dueAtMs = full ? Math.min(dueMs, filledMs[b]!) : dueMs
    const soonestMs = freeMs.size < slots ? Number.NaN : Math.min(...freeMs.values())
    freeMs.set(device[b]! * 65_536 + thread[b]!, endedMs[b]!)
    const readyMs = Math.max(soonestMs, dueAtMs)
    const delayMs = startedMs[b]! - readyMs
    const crowded = mostlyBusy(loop, readyMs - MOMENT_MS / 2, readyMs + MOMENT_MS / 2)
    if (!(soonestMs >= dueAtMs || delayMs >= 0)) return { kind: 'unknown', delayMs, crowded }
    const byTimer = soonestMs < dueAtMs && dueAtMs === dueMs
    return { kind: byTimer ? 'timer' : 'turn', delayMs: Math.max(0, delayMs), crowded }
  })
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
