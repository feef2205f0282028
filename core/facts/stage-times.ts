import { awaitedTimes } from './awaited-times.js'
import { type Fact, known, notMeasured } from './fact.js'
import { loopTimelines } from './loop-timelines.js'
import { requestSpans } from './request-spans.js'
import { StageEntries } from './stage-entries.js'
import { EACH_ALONE, StageSweep } from './stage-sweep.js'
import { onOneClock, traffic } from './traffic.js'

/**
 * Exclusive time of each request by stage, in compressed rows: request i of `traffic.rows` holds entries
 * starts[i] to starts[i + 1] - 1, and their `ms` sum to its latency.
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

const columns = new WeakMap<StageTimes, Map<string, Float64Array>>()

/** The exclusive times of one stage for every request of `traffic.rows`, 0 where it did not occur. Many ask for the same: leave it as it is. */
export function stageColumn(times: StageTimes, stage: string): Float64Array {
  const made = columns.get(times) ?? new Map<string, Float64Array>()
  columns.set(times, made)
  const column = made.get(stage) ?? columnOf(times, stage)
  made.set(stage, column)
  return column
}

function columnOf(times: StageTimes, stage: string): Float64Array {
  const column = new Float64Array(times.starts.length - 1)
  const id = times.stages.indexOf(stage)
  if (id < 0) return column
  for (let i = 0; i < column.length; i++) {
    for (let e = times.starts[i]!; e < times.starts[i + 1]!; e++) if (times.stage[e] === id) column[i]! += times.ms[e]!
  }
  return column
}

function anyServed(serverStartMs: Float64Array, rows: Uint32Array): boolean {
  for (const row of rows) if (!Number.isNaN(serverStartMs[row]!)) return true
  return false
}
