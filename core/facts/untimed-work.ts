import { UNATTRIBUTED_STAGE } from '../model/recording.js'
import { mean } from '../stats/mean.js'
import { quantile } from '../stats/quantile.js'
import { loopUtilization } from './event-loop.js'
import { type Fact, known, notMeasured } from './fact.js'
import { gcPauses } from './gc-pauses.js'
import { loopTimelines } from './loop-timelines.js'
import { servingThreads } from './serving-threads.js'
import { stageColumn, stageTimes } from './stage-times.js'
import { traffic } from './traffic.js'

/**
 * Code of the handler runs in nearly every request; work of no request, which blocks the loop now and then, is in some of them, and
 * much of it. Twice the first decile is the mean of times with a coefficient of variation of 0.5 (lognormal).
 */
const FEWEST = 0.1
const MOST_VARIED = 2

/** Of the time in no stage, what was code on the event loop; the rest was awaited. */
export type UntimedWork = {
  /** Mean of a request, ms. At most: accepting, flushing and whatever else kept the loop busy is in it, but for pauses of the collector. */
  readonly workMs: number
  /** Of the mean time in no stage, 0..1. */
  readonly share: number
  /** Of the event loops' time, their mean, 0..1. */
  readonly loopShare: number
}

/** What kept the event loops busy beyond synchronous stages, against the time of requests in no stage. */
export const untimedWork: Fact<'untimedWork', UntimedWork> = {
  id: 'untimedWork',
  derive(facts) {
    const window = facts.get(traffic)
    if (!window.known) return window
    const timelines = facts.get(loopTimelines)
    if (!timelines.known) return timelines
    const times = facts.get(stageTimes)
    if (!times.known) return times
    const { durationMs, rows } = window.value
    const columnMs = stageColumn(times.value, UNATTRIBUTED_STAGE)
    const inNoStageMs = mean(columnMs)
    if (!(durationMs > 0) || !(inNoStageMs > 0)) return notMeasured('no request spent time in no stage')
    const serving = facts.find(servingThreads)
    const loops = [...timelines.value.values()].filter(({ thread }) => serving === null || serving.has(thread))
    if (loops.length === 0) return notMeasured('no event loop that answers requests was observed from inside')
    const pausedMs = (facts.find(gcPauses)?.fraction ?? 0) * durationMs
    const busyMs = loops.reduce((sum, loop) => {
      const inStagesMs = loop.syncMs.reduce((all, ms) => all + ms, 0)
      return sum + Math.max(0, loopUtilization(facts, loop, window.value) * durationMs - inStagesMs - pausedMs)
    }, 0)
    const inNearlyEveryMs = MOST_VARIED * quantile(columnMs, FEWEST)
    const workMs = Math.min(busyMs / rows.length, inNoStageMs, inNearlyEveryMs)
    const loopShare = (workMs * rows.length) / (durationMs * loops.length)
    return known({ workMs, share: workMs / inNoStageMs, loopShare })
  },
}
