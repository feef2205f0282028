import { eventLoop, loopShare } from './event-loop.js'
import { type Fact, known } from './fact.js'
import { pausesOf } from './loop-pauses.js'
import { loopTimelines } from './loop-timelines.js'
import { servingThreads } from './serving-threads.js'

/** Runs of the model on the event loops that answer requests. */
export type ModelCalls = {
  /** Share of those loops' time in which the model blocked them. */
  readonly loopFraction: number
  /** Mean length of one blocking call; null when only spans of requests tell of them. */
  readonly meanMs: number | null
}

/** From native runs and synchronous batches (events `model-call`), or from synchronous `model` spans, whichever saw more. */
export const modelCalls: Fact<'modelCalls', ModelCalls> = {
  id: 'modelCalls',
  derive(facts) {
    const serving = facts.get(servingThreads)
    if (!serving.known) return serving
    const loop = facts.get(eventLoop)
    if (!loop.known) return loop
    const calls = pausesOf(facts, 'model-call')
    // Spans on a worker's own loop block nobody; with other loops about, spans do not say whose they are.
    const onlyServing = [...(facts.find(loopTimelines)?.keys() ?? [])].every((thread) => serving.value.has(thread))
    const spanned = onlyServing ? loopShare(loop.value, 'model') : 0
    if (calls === null || calls.fraction < spanned) return known({ loopFraction: spanned, meanMs: null })
    return known({ loopFraction: calls.fraction, meanMs: calls.count === 0 ? null : calls.meanMs })
  },
}
