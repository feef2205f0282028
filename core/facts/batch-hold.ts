import { NO_ROW } from '../model/recording.js'
import { batching } from './batching.js'
import { type Fact, known, notMeasured } from './fact.js'
import { requestSpans } from './request-spans.js'
import { traffic } from './traffic.js'

/**
 * By request of `traffic.rows`: how long the batcher's timer held it in an open batch while the device had nothing to do. What
 * goes beyond max_wait is no matter of the timer: something kept the batcher from running.
 */
export type BatchHold = { readonly heldMs: Float64Array }

export const batchHold: Fact<'batchHold', BatchHold> = {
  id: 'batchHold',
  derive(facts) {
    const measured = facts.get(traffic)
    if (!measured.known) return measured
    const batches = facts.get(batching)
    if (!batches.known) return batches
    const grouped = facts.get(requestSpans)
    if (!grouped.known) return grouped
    const { spans, stages } = facts.recording
    const queue = stages.indexOf('queue')
    if (queue < 0) return notMeasured('no request names its wait for a batch')
    const { heldIdleMs, maxWaitMs } = batches.value
    const longestMs = maxWaitMs ?? Number.POSITIVE_INFINITY
    const { starts, rows } = grouped.value
    const timed = measured.value.rows
    const heldMs = new Float64Array(timed.length)
    for (let r = 0; r < timed.length; r++) {
      const row = timed[r]!
      for (let i = starts[row]!; i < starts[row + 1]!; i++) {
        const span = rows[i]!
        if (spans.stage[span] !== queue || spans.batch[span] === NO_ROW) continue
        // The hold ends when the batch starts, so a request that joined late was held for less.
        const waitedMs = spans.endMs[span]! - spans.startMs[span]!
        heldMs[r]! += Math.min(waitedMs, longestMs, heldIdleMs[spans.batch[span]!] || 0)
      }
    }
    return known({ heldMs })
  },
}
