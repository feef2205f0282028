import { type Fact, known, notEnoughData, notMeasured } from './fact.js'
import { busyUpTo, loopTimelines } from './loop-timelines.js'
import { profiledPart, profiledTime, touchesProfile } from './profiled-time.js'
import { servingThreads } from './serving-threads.js'
import { traffic } from './traffic.js'

const PARTS = 3
/** Of so few, one that is much larger than the others decides what the part tells. */
const FEWEST_REQUESTS = 50

/** Time of the event loops that a request took, ms, in each third of the measured window, CPU-profile windows left out. */
export type LoopWork = { readonly partsMs: readonly number[] }

export const loopWork: Fact<'loopWork', LoopWork> = {
  id: 'loopWork',
  derive(facts) {
    const window = facts.get(traffic)
    if (!window.known) return window
    const timelines = facts.get(loopTimelines)
    if (!timelines.known) return timelines
    const serving = facts.find(servingThreads)
    const loops = [...timelines.value.values()].filter(({ thread }) => serving === null || serving.has(thread))
    if (loops.length === 0) return notMeasured('no event loop that answers requests was observed from inside')
    const { fromMs, durationMs, rows } = window.value
    const { serverEndMs } = facts.recording.requests
    const threads = new Set(loops.map(({ thread }) => thread))
    const profiled = profiledTime(facts.recording, (thread) => threads.has(thread))
    const answered = new Uint32Array(PARTS)
    for (const row of rows) {
      const endMs = serverEndMs[row]!
      const part = Math.floor((PARTS * (endMs - fromMs)) / durationMs)
      if (part >= 0 && part < PARTS && !touchesProfile(profiled, endMs, endMs)) answered[part]!++
    }
    const fewest = Math.min(...answered)
    if (fewest < FEWEST_REQUESTS) {
      return notEnoughData(`${fewest} requests in a third of the run, ${FEWEST_REQUESTS} are needed`)
    }
    const busyMs = (timeMs: number) => loops.reduce((sum, loop) => sum + busyUpTo(loop, timeMs), 0)
    const partsMs = [...answered].map((requests, part) => {
      const [startMs, endMs] = [fromMs + (part * durationMs) / PARTS, fromMs + ((part + 1) * durationMs) / PARTS]
      const worked = busyMs(endMs) - busyMs(startMs) - profiledPart(profiled, startMs, endMs, busyMs)
      return worked / requests
    })
    return known({ partsMs })
  },
}
