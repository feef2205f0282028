import { awaitedTimes } from './awaited-times.js'
import { type Fact, known, notMeasured } from './fact.js'
import { loopTimelines } from './loop-timelines.js'
import { requestSpans } from './request-spans.js'
import { type StageColumn, StageColumns } from './stage-columns.js'
import { EACH_ALONE, StageSweep } from './stage-sweep.js'
import { onOneClock, traffic } from './traffic.js'

/** Exclusive time of each request by stage; those of one request sum to its latency. */
export type StageTimes = {
  /** The recording's own stages, then the derived ones. */
  readonly stages: readonly string[]
  /** How many requests `traffic.rows` has. */
  readonly requests: number
  /** By stage, as `stages` has them; null where no request had it. */
  readonly columns: readonly (StageColumn | null)[]
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
    const times = new StageColumns(sweep.stages.length)
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!
      const latency = latencyMs[i]!
      if (sharedClock) sweep.run(row, startMs[i]!, startMs[i]! + latency, times)
      else sweep.runApart(row, latency, times)
      times.close()
    }
    return known({ stages: sweep.stages, requests: rows.length, columns: times.done() })
  },
}

const filled = new WeakMap<StageTimes, Map<string, Float64Array>>()

/** The exclusive times of one stage for every request of `traffic.rows`, 0 where it did not occur. Many ask for the same: leave it as it is. */
export function stageColumn(times: StageTimes, stage: string): Float64Array {
  const made = filled.get(times) ?? new Map<string, Float64Array>()
  filled.set(times, made)
  const column = made.get(stage) ?? columnOf(times, stage)
  made.set(stage, column)
  return column
}

function columnOf({ stages, columns, requests }: StageTimes, stage: string): Float64Array {
  const column = columns[stages.indexOf(stage)]
  if (column?.places.length === requests) return column.ms
  const filledMs = new Float64Array(requests)
  const { places = [], ms = [] } = column ?? {}
  for (let i = 0; i < places.length; i++) filledMs[places[i]!] = ms[i]!
  return filledMs
}

/** By request of `traffic.rows`: the time in those stages together. */
export function timeInStages(
  { stages, columns, requests }: StageTimes,
  counts: (stage: string) => boolean,
): Float64Array {
  const sumMs = new Float64Array(requests)
  for (const [id, column] of columns.entries()) {
    if (column === null || !counts(stages[id]!)) continue
    const { places, ms } = column
    for (let i = 0; i < places.length; i++) sumMs[places[i]!]! += ms[i]!
  }
  return sumMs
}

function anyServed(serverStartMs: Float64Array, rows: Uint32Array): boolean {
  for (const row of rows) if (!Number.isNaN(serverStartMs[row]!)) return true
  return false
}
