import { awaitedTimes } from './awaited-times.js'
import { type Fact, known, notMeasured } from './fact.js'
import { loopTimelines } from './loop-timelines.js'
import { requestSpans } from './request-spans.js'
import { StageEntries } from './stage-entries.js'
import { EACH_ALONE, StageSweep } from './stage-sweep.js'
import { onOneClock, traffic } from './traffic.js'

/**
 * Exclusive time of each request by stage, in compressed rows: request i of `traffic.rows` holds entries
 * starts[i] to starts[i + 1] - 1, one a stage, and their `ms` sum to its latency.
 */
export type StageTimes = {
  /** Names that `stage` indexes: the recording's own, then the derived ones. */
  readonly stages: readonly string[]
  readonly starts: Uint32Array
  readonly stage: Uint16Array
  readonly ms: Float64Array
}

export const stageTimes: Fact<'stageTimes', StageTimes> = {
  id: 'stageTimes',
  derive(facts) {
    const measured = facts.get(traffic)
    if (!measured.known) return measured
    const grouped = facts.get(requestSpans)
    if (!grouped.known) return grouped
    const { rows, latencyMs, startMs } = measured.value
    const { recording } = facts
    const { requests } = recording
    if (rows.length === 0) return notMeasured('no request was answered')
    if (!anyServed(requests.serverStartMs, rows)) return notMeasured('no agent saw these requests inside the service')
    const waits = facts.find(awaitedTimes) ?? EACH_ALONE
    const sweep = new StageSweep(recording, grouped.value, facts.find(loopTimelines) ?? new Map(), waits)
    const sharedClock = onOneClock(measured.value, recording.meta)
    const entries = new StageEntries(sweep.stages.length, rows.length)
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!
      const latency = latencyMs[i]!
      if (sharedClock) sweep.run(row, startMs[i]!, startMs[i]! + latency, entries)
      else sweep.runApart(row, latency, entries)
      entries.close()
    }
    return known({ stages: sweep.stages, ...entries.done() })
  },
}

/** One stage over all requests of `traffic.rows`. */
export type StageColumn = {
  /** Exclusive time of each request, 0 where the stage did not occur. Many ask for the same: leave it as it is. */
  readonly ms: Float64Array
  /** Requests in which it occurred. */
  readonly requests: number
}

const columns = new WeakMap<StageTimes, readonly StageColumn[]>()

/** By stage, as `times.stages` has them. Nearly all are asked for sooner or later, and one pass makes them all. */
export function stageColumns(times: StageTimes): readonly StageColumn[] {
  const made = columns.get(times) ?? columnsOf(times)
  columns.set(times, made)
  return made
}

/** The exclusive times of one stage for every request of `traffic.rows`, 0 where it did not occur. Leave it as it is. */
export function stageColumn(times: StageTimes, stage: string): Float64Array {
  return stageColumns(times)[times.stages.indexOf(stage)]?.ms ?? new Float64Array(times.starts.length - 1)
}

function columnsOf({ stages, starts, stage, ms }: StageTimes): StageColumn[] {
  const count = starts.length - 1
  const requests = new Uint32Array(stages.length)
  for (let e = 0; e < stage.length; e++) requests[stage[e]!]!++
  const empty = new Float64Array(count)
  const made = stages.map((_, id) => (requests[id]! > 0 ? new Float64Array(count) : empty))
  for (let i = 0; i < count; i++) {
    for (let e = starts[i]!; e < starts[i + 1]!; e++) made[stage[e]!]![i] = ms[e]!
  }
  return made.map((column, id) => ({ ms: column, requests: requests[id]! }))
}

function anyServed(serverStartMs: Float64Array, rows: Uint32Array): boolean {
  for (const row of rows) if (!Number.isNaN(serverStartMs[row]!)) return true
  return false
}
