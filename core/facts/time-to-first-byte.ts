import { OUTCOMES } from '../model/recording.js'
import { tabulate } from '../stats/gather.js'
import { type Fact, known, notMeasured } from './fact.js'
import { streaming } from './streaming.js'
import { traffic } from './traffic.js'

const TIMEOUT = OUTCOMES.indexOf('timeout')

/**
 * From when a request was due to the first byte of its answer's body with the client, by place in `traffic.rows`, ms. A request that
 * timed out without one waited at least as long as the client did, and counts so.
 */
export const timeToFirstByte: Fact<'timeToFirstByte', Float64Array> = {
  id: 'timeToFirstByte',
  derive(facts) {
    const measured = facts.get(traffic)
    if (!measured.known) return measured
    const { rows, latencyMs, seenFrom } = measured.value
    if (seenFrom === 'server') return notMeasured('no client recorded the first byte')
    const { firstByteMs } = facts.find(streaming)!
    const { outcome } = facts.recording.requests
    const lacking = rows.some((row, i) => Number.isNaN(firstByteMs[i]!) && outcome[row] !== TIMEOUT)
    if (lacking) return notMeasured('answers were recorded without their first byte')
    return known(tabulate(rows.length, (i) => (Number.isNaN(firstByteMs[i]!) ? latencyMs[i]! : firstByteMs[i]!)))
  },
}
