import { coldStart as coldStartFact } from '../facts/cold-start.js'
import { traffic } from '../facts/traffic.js'
import { removalCostMs } from './removal.js'
import { clear, defineRule, fired, fix } from './rule.js'
import { tooFewForP95 } from './sample-size.js'
import { ms, percent } from './wording.js'

// Twice p99 happens by chance among twenty requests, or in a larger batch; three times does not.
const SLOWER = 3
// Below a tenth of p95, removing all of it would not be noticed beside run-to-run noise.
const MIN_COST_SHARE = 0.1
const SURE_COST_SHARE = 0.25

/** The first requests of an instance pay for loading and compiling, and the ones behind them wait. */
export const coldStart = defineRule({
  id: 'cold-start',
  title: 'The first requests pay for a cold start',
  stage: null,
  symptomOf: [],
  needs: [traffic, coldStartFact],
  judge({ traffic: measured, coldStart: cold }) {
    const { latencyMs, p95Ms } = measured
    const few = tooFewForP95(latencyMs.length)
    if (few !== null) return few
    const { firstServiceMs, laterServiceMs, coldRequests, addedMs } = cold
    const first = `the slowest of the first requests is served in ${ms(firstServiceMs)}, later ones in at most ${ms(laterServiceMs)} (p99)`
    if (firstServiceMs < SLOWER * laterServiceMs) return clear(first)
    const costMs = removalCostMs(measured, addedMs)
    if (costMs < MIN_COST_SHARE * p95Ms) return clear(`${first}; too few requests feel it to move p95`)
    return fired({
      confidence: costMs >= SURE_COST_SHARE * p95Ms ? 'high' : 'medium',
      harm: 'event',
      summary: `The first requests take ${ms(firstServiceMs)} to serve, later ones ${ms(laterServiceMs)} at p99: ${coldRequests} requests (${percent(coldRequests / latencyMs.length)}) pay for the start or wait behind it.`,
      costSentence: (cost) => `About ${cost} is that.`,
      clause: `${coldRequests} requests pay for a cold start of ${ms(firstServiceMs)}`,
      removal: {
        addedMs,
        method: 'removal: the first requests as quick as the median of the later half',
      },
      evidence: [
        {
          kind: 'metric',
          label: 'slowest service time among the first requests',
          value: firstServiceMs,
          unit: 'ms',
          limit: { value: SLOWER * laterServiceMs, reason: 'three times p99 of the later ones is no chance' },
        },
        { kind: 'metric', label: 'service time of later requests, p99', value: laterServiceMs, unit: 'ms' },
        { kind: 'metric', label: 'requests until latency settled', value: coldRequests, unit: 'count' },
      ],
      fixes: [
        fix('Run the model a few times before the instance says that it is ready', null),
        fix('Keep warm spares, so that scaling out does not wait for a start', null),
      ],
    })
  },
})
