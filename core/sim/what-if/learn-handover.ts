import type { Facts } from '../../facts/fact.js'
import { quantile } from '../../stats/quantile.js'
import type { Handover } from '../network.js'

/** Batches of a kind from which on their delays are taken as they are. */
const FEWEST = 20

/**
 * How late batches start. A timer of the runtime is up to a tick late, and requests still join meanwhile: `lateMs`, the lower
 * quartile. What comes on top (a message to the device's thread, and that thread's waiting for a core) has a long tail
 * and holds a batch that is closed: the recorded delays, one after the other.
 */
export function learnHandover(
  { recording: { batches } }: Facts,
  rows: Uint32Array,
  batcher: { readonly capacity: number; readonly maxWaitMs: number; readonly slots: number },
): { readonly lateMs: number; readonly handover: Handover } {
  const timer: number[] = []
  const turn: number[] = []
  /** When each slot gets free; what it did before its first batch is not known. */
  const freeMs = new Map<number, number>()
  for (const b of rows) {
    const startedMs = batches.startedMs[b]!
    const dueMs = batches.openedMs[b]! + batcher.maxWaitMs
    const soonestMs = freeMs.size < batcher.slots ? Number.NaN : Math.min(...freeMs.values())
    if (soonestMs < dueMs && startedMs >= dueMs && batches.size[b]! < batcher.capacity) timer.push(startedMs - dueMs)
    if (soonestMs >= dueMs) turn.push(Math.max(0, startedMs - soonestMs))
    freeMs.set(batches.device[b]! * 65_536 + batches.thread[b]!, batches.endedMs[b]!)
  }
  const late = Float64Array.from(timer)
  const known = timer.length >= FEWEST
  const lateMs = known ? quantile(late, 0.25) : 0
  return {
    lateMs,
    handover: {
      timerMs: known ? late.map((ms) => Math.max(0, ms - lateMs)) : new Float64Array(0),
      // A device that was never waited for hands over as fast as the promptest timer was served.
      turnMs:
        turn.length >= FEWEST
          ? Float64Array.from(turn)
          : known
            ? Float64Array.of(quantile(late, 0.05))
            : new Float64Array(0),
    },
  }
}
