import { HANDLER_STAGE, NO_INDEX } from '../model/recording.js'
import { type Fact, known, notMeasured } from './fact.js'

/** Threads whose event loop answers requests; what blocks one of them blocks every request of its process. */
export const servingThreads: Fact<'servingThreads', ReadonlySet<number>> = {
  id: 'servingThreads',
  derive({ recording: { spans, stages } }) {
    const handler = stages.indexOf(HANDLER_STAGE)
    const found = new Set<number>()
    for (let i = 0; i < spans.count; i++) {
      if (spans.stage[i] === handler && spans.thread[i] !== NO_INDEX) found.add(spans.thread[i]!)
    }
    return found.size === 0 ? notMeasured('no event loop was observed from inside') : known(found)
  },
}
