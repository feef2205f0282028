import { backlogOf } from '../stats/backlog.js'
import { coveredBetween, type IntervalUnion, intervalUnion } from '../stats/interval-union.js'
import type { Facts } from './fact.js'
import { servingThreads } from './serving-threads.js'
import { type Traffic, traffic } from './traffic.js'

/** Times in which something stopped the event loops that answer requests. */
export type LoopPauses = {
  readonly count: number
  /** Share of the measured window, the mean over those loops. */
  readonly fraction: number
  readonly meanMs: number
  readonly longestMs: number
  /**
   * By request of `traffic.rows`: how much such pauses of its own process delay it, for a loop that is idle for the share
   * `spare` of the time without them: those within its latency, and what it finds left of the earlier ones. Work piles
   * up in a pause and goes down only as fast as the loop has time to spare, so a delay outlasts its pause by 1 / spare.
   */
  delayMs(spare: number): Float64Array
}

/** Pauses of one kind of event; null when none was recorded, which may mean that nobody looked. */
export function pausesOf(facts: Facts, kind: string): LoopPauses | null {
  const measured = facts.find(traffic)
  const serving = facts.find(servingThreads)
  const { events, threads, requests } = facts.recording
  const id = events.kinds.indexOf(kind)
  if (measured === null || serving === null || id < 0 || !(measured.durationMs > 0)) return null
  const byProcess = new Map<number, { startMs: number[]; endMs: number[] }>()
  let count = 0
  let longestMs = 0
  for (let i = 0; i < events.count; i++) {
    const thread = events.thread[i]!
    if (events.kind[i] !== id || !serving.has(thread)) continue
    const process = threads[thread]?.process ?? 0
    const pauses = byProcess.get(process) ?? { startMs: [], endMs: [] }
    byProcess.set(process, pauses)
    pauses.startMs.push(events.startMs[i]!)
    pauses.endMs.push(events.endMs[i]!)
    if (events.startMs[i]! < measured.fromMs || events.startMs[i]! > measured.toMs) continue
    count++
    longestMs = Math.max(longestMs, events.endMs[i]! - events.startMs[i]!)
  }
  const unions = new Map<number, IntervalUnion>()
  let pausedMs = 0
  for (const [process, { startMs, endMs }] of byProcess) {
    const union = intervalUnion(Float64Array.from(startMs), Float64Array.from(endMs))
    unions.set(process, union)
    pausedMs += coveredBetween(union, measured.fromMs, measured.toMs)
  }
  return {
    count,
    fraction: pausedMs / (serving.size * measured.durationMs),
    meanMs: count === 0 ? 0 : pausedMs / count,
    longestMs,
    delayMs: (spare) => delays(measured, requests.process, unions, spare),
  }
}

function delays(
  { rows, startMs, latencyMs }: Traffic,
  process: Uint16Array,
  unions: ReadonlyMap<number, IntervalUnion>,
  spare: number,
): Float64Array {
  const backlogs = new Map([...unions].map(([id, union]) => [id, backlogOf(union, spare)]))
  const only = backlogs.size === 1 ? [...backlogs.values()][0] : undefined
  return latencyMs.map((latency, i) => {
    const backlog = backlogs.get(process[rows[i]!]!) ?? only
    if (backlog === undefined) return 0
    return backlog.leftMs(startMs[i]!) + backlog.startedMs(startMs[i]!, startMs[i]! + latency)
  })
}
