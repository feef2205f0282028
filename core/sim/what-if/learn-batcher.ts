import { batching } from '../../facts/batching.js'
import { type Facts, type Known, known, notEnoughData, notMeasured } from '../../facts/fact.js'
import type { LoopTimeline } from '../../facts/loop-timelines.js'
import { mean } from '../../stats/mean.js'
import { learnDisturbances } from './learn-disturbances.js'
import type { BatcherModel } from './service-model.js'

/** Batches of one size from which on their mean is better than the fitted line. */
const ENOUGH_OF_A_SIZE = 20

/** What the recorded batches say about their batcher; `whileBusy` and `timerOnLoop` are for calibration to find. */
export function learnBatcher(facts: Facts, loop: LoopTimeline): Known<BatcherModel> {
  const found = facts.get(batching)
  if (!found.known) return found
  const { rows, capacity, maxWaitMs, fit } = found.value
  if (capacity === null)
    return notMeasured('the largest batch that the service allows was neither recorded nor declared')
  if (maxWaitMs === null) return notMeasured('the max wait of the batcher was neither recorded nor declared')
  const { batches } = facts.recording
  const bySize: number[][] = []
  for (const b of rows) {
    const size = batches.size[b]!
    bySize[size] ??= []
    bySize[size].push(batches.endedMs[b]! - batches.startedMs[b]!)
  }
  const largest = bySize.length - 1
  if (largest < 1) return notEnoughData('no batch with a size was recorded')
  // One size only: how the time grows with the size is unknown, and taken to be nil.
  const line =
    fit === null
      ? { interceptMs: mean(bySize[largest]!), slopeMs: 0 }
      : { interceptMs: fit.intercept, slopeMs: fit.slope }
  const seenMs = Float64Array.from({ length: largest + 1 }, (_, size) => {
    const times = bySize[size] ?? []
    return times.length >= ENOUGH_OF_A_SIZE ? mean(times) : Math.max(0, line.interceptMs + line.slopeMs * size)
  })
  const variation = Float64Array.from(rows, (b) => {
    const expectedMs = seenMs[batches.size[b]!]!
    return expectedMs > 0 ? (batches.endedMs[b]! - batches.startedMs[b]!) / expectedMs : 1
  })
  const threads = new Set(Array.from(rows, (b) => `${batches.device[b]}/${batches.thread[b]}`))
  return known({
    maxBatch: capacity,
    maxWaitMs,
    ...learnDisturbances(facts, loop, { rows, capacity, maxWaitMs, slots: threads.size, variation }),
    slots: threads.size,
    whileBusy: 'gather',
    timerOnLoop: false,
    seenMs,
    fit: line,
  })
}
