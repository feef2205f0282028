import { cpuSupply } from '../facts/cpu-supply.js'
import { eventLoop } from '../facts/event-loop.js'
import { busiest, seriesOf } from '../facts/series.js'
import { stageTimes } from '../facts/stage-times.js'
import { traffic } from '../facts/traffic.js'
import { costOfLostCpu, crowdsItself, MIN_DEMAND, MIN_LOST_SHARE } from './lost-cpu.js'
import { clear, defineRule, fired, fix } from './rule.js'
import { tooFewForP95 } from './sample-size.js'
import { count, ms, percent } from './wording.js'

/** The service wants more cores than there are: its threads wait for each other. */
export const oversubscribedThreads = defineRule({
  id: 'oversubscribed-threads',
  title: 'More busy threads than cores',
  stage: null,
  // A quota makes threads wait as well, and leaves fewer cores to want.
  symptomOf: ['cpu-throttling'],
  needs: [traffic, stageTimes, eventLoop, cpuSupply],
  judge({ traffic: measured, stageTimes: times, eventLoop: loop, cpuSupply: supply }, facts) {
    const few = tooFewForP95(measured.latencyMs.length)
    if (few !== null) return few
    const { cores, wantedCores, ownCores, othersCores, lostToQueue } = supply
    if (cores === null || wantedCores === null || ownCores === null || lostToQueue === null) {
      return { verdict: 'not-measured', reason: 'the time that threads wait for a core was not sampled' }
    }
    const wants = `the service wants ${count(wantedCores)} of ${count(cores)} cores`
    const lost = `its event loop waits for a core ${percent(lostToQueue)} of the time that it has work`
    if (!crowdsItself(supply)) {
      const others = othersCores === null ? '' : ` and uses ${count(ownCores)}, others ${count(othersCores)}`
      return clear(`${wants}${others}; ${lost}`)
    }
    const cost = costOfLostCpu(measured, times, loop, lostToQueue)
    if (!cost.matters) return clear(`${wants}; about ${ms(cost.costMs)} of p95 rests on it`)
    const runnable = busiest(seriesOf(facts, 'host.runnable'))?.mean ?? null
    return fired({
      confidence: cost.confidence,
      harm: 'latency',
      summary: `The service's threads want ${count(wantedCores)} cores of ${count(cores)}; ${lost}.`,
      costSentence: (cost) => `About ${cost} would go with fewer threads.`,
      clause: `the service's threads want ${count(wantedCores)} cores of ${count(cores)}`,
      removal: cost.removal,
      evidence: [
        {
          kind: 'metric',
          label: "cores that the service's threads use or wait for",
          value: wantedCores,
          unit: 'cores',
          limit: { value: MIN_DEMAND * cores, reason: 'a quarter more than there is' },
        },
        { kind: 'metric', label: 'used by the service', value: ownCores, unit: 'cores' },
        {
          kind: 'metric',
          label: 'CPU time that the event loop wanted and did not get',
          value: lostToQueue,
          unit: 'fraction',
          limit: { value: MIN_LOST_SHARE, reason: 'less is what any shared host does' },
        },
        ...(runnable === null
          ? []
          : [{ kind: 'metric', label: 'runnable threads on the host', value: runnable, unit: 'count' } as const]),
      ],
      fixes: [
        fix('Bound the threads: intra-op threads of the model times its workers, and worker pools, to the cores', null),
        fix('Leave a core to the event loop', null),
      ],
    })
  },
})
