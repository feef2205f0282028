import type { Facts } from './fact.js'
import { loopTimelines } from './loop-timelines.js'
import { requestSpans } from './request-spans.js'
import { StageColumns } from './stage-columns.js'
import { StageSweep, type Waits } from './stage-sweep.js'
import { onOneClock, traffic } from './traffic.js'

/**
 * Hands out the time of the requests at `places` of `traffic.rows` for `waits` to hear of it, and gives the names of the stages that
 * it speaks of by number. Nothing where nobody saw the requests inside the service.
 */
export function overhear(facts: Facts, places: Uint32Array, waits: Waits): readonly string[] {
  const [measured, grouped, loops] = [facts.find(traffic), facts.find(requestSpans), facts.find(loopTimelines)]
  if (measured === null || grouped === null || loops === null) return []
  const { rows, startMs, latencyMs } = measured
  const { requests, meta } = facts.recording
  const shared = onOneClock(measured, meta)
  const sweep = new StageSweep(facts.recording, grouped, loops, waits)
  const times = new StageColumns(sweep.stages.length)
  for (const i of places) {
    const row = rows[i]!
    const fromMs = shared ? startMs[i]! : requests.serverStartMs[row]!
    const toMs = shared ? fromMs + latencyMs[i]! : requests.serverEndMs[row]!
    if (toMs > fromMs) sweep.run(row, fromMs, toMs, times)
    times.close()
  }
  return sweep.stages
}
