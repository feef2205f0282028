import { type Fact, known, notMeasured } from './fact.js'
import { type LoopPauses, pausesOf } from './loop-pauses.js'
import { traffic } from './traffic.js'

/** Garbage collection on the event loops that answer requests. */
export const gcPauses: Fact<'gcPauses', LoopPauses> = {
  id: 'gcPauses',
  derive(facts) {
    const window = facts.get(traffic)
    if (!window.known) return window
    const pauses = pausesOf(facts, 'gc')
    return pauses === null ? notMeasured('no garbage collection was observed') : known(pauses)
  },
}
