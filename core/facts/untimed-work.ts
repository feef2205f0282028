import { UNATTRIBUTED_STAGE } from '../model/recording.js'
import { mean } from '../stats/mean.js'
import { loopUtilization } from './event-loop.js'
import { type Fact, known, notMeasured } from './fact.js'
import { loopTimelines } from './loop-timelines.js'
import { servingThreads } from './serving-threads.js'
import { stageColumn, stageTimes } from './stage-times.js'
import { traffic } from './traffic.js'

/** Of the time in no stage, what was code on the event loop; the rest was awaited. */
export type UntimedWork = {
  /** Mean of a request, ms. At most: accepting, flushing and whatever else kept the loop busy is in it. */
  readonly workMs: number
  /** Of the mean time in no stage, 0..1. */
  readonly share: number
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
    const inNoStageMs = mean(stageColumn(times.value, UNATTRIBUTED_STAGE))
    if (!(durationMs > 0) || !(inNoStageMs > 0)) return notMeasured('no request spent time in no stage')
    const serving = facts.find(servingThreads)
    const loops = [...timelines.value.values()].filter(({ thread }) => serving === null || serving.has(thread))
    const busyMs = loops.reduce((sum, loop) => {
      const inStagesMs = loop.syncMs.reduce((all, ms) => all + ms, 0)
      return sum + Math.max(0, loopUtilization(facts, loop, window.value) * durationMs - inStagesMs)
    }, 0)
    const workMs = Math.min(busyMs / rows.length, inNoStageMs)
    return known({ workMs, share: workMs / inNoStageMs })
  },
}
