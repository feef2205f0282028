import { effectiveSampleSize } from '../stats/effective-sample-size.js'
import { gather } from '../stats/gather.js'
import { timeOrder } from '../stats/time-order.js'
import { type Fact, known } from './fact.js'
import { traffic } from './traffic.js'

/** How many independent requests the timed ones are worth, for a percentile p (0..1) of their latency. */
export type Independence = { effective(p: number): number }

/** Requests that wait in one queue have latencies that resemble each other: they tell less than as many strangers. */
export const independence: Fact<'independence', Independence> = {
  id: 'independence',
  derive(facts) {
    const measured = facts.get(traffic)
    if (!measured.known) return measured
    const { latencyMs, startMs } = measured.value
    const inOrder = gather(latencyMs, timeOrder(startMs))
    const found = new Map<number, number>()
    return known({
      effective(p) {
        const size = found.get(p) ?? effectiveSampleSize(inOrder, p)
        found.set(p, size)
        return size
      },
    })
  },
}
