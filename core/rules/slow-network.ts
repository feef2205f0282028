import { cpuSupply } from '../facts/cpu-supply.js'
import type { Facts } from '../facts/fact.js'
import { meanOf, seriesOf } from '../facts/series.js'
import { stageColumn, stageTimes } from '../facts/stage-times.js'
import { target } from '../facts/target.js'
import { type Traffic, traffic } from '../facts/traffic.js'
import type { Evidence } from '../model/evidence.js'
import { CONNECT_STAGE, type Metric } from '../model/recording.js'
import { tabulate } from '../stats/gather.js'
import { mean } from '../stats/mean.js'
import { faultyLostShare } from './lost-cpu.js'
import { removalCostMs } from './removal.js'
import { clear, defineRule, fired, fix } from './rule.js'
import { tooFewForP95 } from './sample-size.js'
import { count, ms } from './wording.js'

// A smaller share of p95 leaves more to gain inside the service.
const MIN_COST_SHARE = 0.25
// More than everything else together.
const SURE_COST_SHARE = 0.5
// With half of the target gone on the way, the service cannot be quick enough, whatever else it does.
const MIN_TARGET_SHARE = 0.5
// A connection for every second request: its handshakes are part of most latencies.
const CHURN = 0.5

/** Requests spend their time on the way to the service and back. */
export const slowNetwork = defineRule({
  id: 'slow-network',
  title: 'The network takes most of the time',
  stage: CONNECT_STAGE,
  symptomOf: [],
  needs: [traffic, stageTimes, target],
  judge({ traffic: measured, stageTimes: times, target: goal }, facts) {
    const { latencyMs, p95Ms, throughputRps } = measured
    const few = tooFewForP95(latencyMs.length)
    if (few !== null) return few
    if (measured.seenFrom === 'server') {
      return { verdict: 'not-measured', reason: 'no client saw how long requests are on the way' }
    }
    const lagMs = sendLag(facts, measured)
    const inMs = stageColumn(times, 'network-in')
    const outMs = stageColumn(times, 'network-out')
    const spentMs = stageColumn(times, CONNECT_STAGE)
    const connectMs = tabulate(spentMs.length, (i) => Math.max(0, spentMs[i]! - lagMs[i]!))
    const addedMs = tabulate(spentMs.length, (i) => connectMs[i]! + inMs[i]! + outMs[i]!)
    const costMs = removalCostMs(measured, addedMs)
    const way = `requests are on the way for ${ms(mean(addedMs))} on average`
    const takesTarget = goal.state !== 'none' && costMs >= MIN_TARGET_SHARE * goal.limitMs
    if (costMs < MIN_COST_SHARE * p95Ms && !takesTarget) {
      const late = removalCostMs(measured, lagMs)
      return clear(
        late > costMs ? `${way}; the load generator itself is later than that` : `${way}, ${ms(costMs)} of p95`,
      )
    }
    const retransmits = ratePerS(facts, 'tcp.retransmits')
    const accepted = ratePerS(facts, 'tcp.newConnections')
    const churn = accepted === null || throughputRps === 0 ? null : accepted / throughputRps
    const churns = churn !== null && churn >= CHURN
    const evidence: Evidence[] = [
      {
        kind: 'metric',
        label: 'p95 that rests on the network',
        value: costMs,
        unit: 'ms',
        limit: { value: MIN_COST_SHARE * p95Ms, reason: 'with less there is more to gain inside the service' },
      },
      { kind: 'metric', label: 'until the service sees the request, mean', value: mean(connectMs), unit: 'ms' },
      { kind: 'metric', label: 'until its body is in, mean', value: mean(inMs), unit: 'ms' },
      { kind: 'metric', label: 'until the answer is with the client, mean', value: mean(outMs), unit: 'ms' },
    ]
    if (retransmits !== null) {
      evidence.push({ kind: 'metric', label: 'segments sent again a second', value: retransmits, unit: 'count' })
    }
    if (churn !== null) evidence.push({ kind: 'metric', label: 'connections per request', value: churn, unit: 'count' })
    // On a host without CPU both sides are late to look, which is no fault of the network.
    const starved = faultyLostShare(facts.find(cpuSupply)) > 0
    const sure = costMs >= SURE_COST_SHARE * p95Ms
    return fired({
      confidence: goal.state !== 'missed' || starved ? 'low' : sure ? 'high' : 'medium',
      harm: 'latency',
      summary: `Requests spend ${ms(mean(addedMs))} on average on the network: ${ms(mean(connectMs))} until the service sees them, ${ms(mean(inMs))} for the body, ${ms(mean(outMs))} for the answer.${churns ? ` ${count(churn)} connections are opened for each request.` : ''}`,
      costSentence: (cost) => `About ${cost} is spent there.`,
      clause: `requests spend ${ms(mean(addedMs))} on the network`,
      removal: {
        addedMs,
        method:
          'removal: per request the time before the service saw it (without send lag), for its body and its answer',
      },
      evidence,
      fixes: [
        ...(churns ? [fix('Keep connections open (keep-alive) instead of one a request', null)] : []),
        fix('Send fewer bytes: binary encoding, compression, only what the model needs', null),
        fix('Serve closer to the clients', null),
      ],
    })
  },
})

/** How late the client sent each request after its schedule: no time of the network. */
function sendLag(facts: Facts, { rows }: Traffic): Float64Array {
  const { sentMs, scheduledMs } = facts.recording.requests
  const lagMs = new Float64Array(rows.length)
  for (let i = 0; i < rows.length; i++) lagMs[i] = Math.max(0, sentMs[rows[i]!]! - scheduledMs[rows[i]!]!) || 0
  return lagMs
}

/** The largest of the metric's instances (a connection over loopback is both opened and accepted); null = not sampled. */
function ratePerS(facts: Facts, metric: Metric): number | null {
  const all = seriesOf(facts, metric).map(meanOf)
  return all.length === 0 ? null : Math.max(...all)
}
