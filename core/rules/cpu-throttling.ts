import { cpuSupply } from '../facts/cpu-supply.js'
import { eventLoop } from '../facts/event-loop.js'
import { stageTimes } from '../facts/stage-times.js'
import { traffic } from '../facts/traffic.js'
import { costOfLostCpu, heldByQuota, MIN_THROTTLED } from './lost-cpu.js'
import { clear, defineRule, fired, fix } from './rule.js'
import { tooFewForP95 } from './sample-size.js'
import { count, ms, percent } from './wording.js'

// Held for a quarter of the time, the service has no room for more traffic.
const HEAVY = 0.25

/** The CPU quota of the service's cgroup stops it. */
export const cpuThrottling = defineRule({
  id: 'cpu-throttling',
  title: 'The CPU quota throttles the service',
  stage: null,
  symptomOf: [],
  needs: [traffic, stageTimes, eventLoop, cpuSupply],
  judge({ traffic: measured, stageTimes: times, eventLoop: loop, cpuSupply: supply }, { recording }) {
    const few = tooFewForP95(measured.latencyMs.length)
    if (few !== null) return few
    const { throttled, lostToQuota } = supply
    if (throttled === null || lostToQuota === null) {
      return { verdict: 'not-measured', reason: 'no throttling figures of a cgroup were sampled' }
    }
    const held = `the quota holds the service ${percent(throttled)} of the time`
    if (!heldByQuota(supply)) return clear(held)
    const cost = costOfLostCpu(measured, times, loop, lostToQuota)
    if (!cost.matters) return clear(`${held}; about ${ms(cost.costMs)} of p95 rests on it`)
    const limit = recording.meta.host?.cgroup.cpuLimitCores ?? null
    const quota = limit === null ? 'Its CPU quota' : `A CPU quota of ${count(limit)} cores`
    return fired({
      confidence: cost.confidence,
      harm: throttled >= HEAVY ? 'capacity' : 'event',
      summary: `${quota} stops the service ${percent(throttled)} of the time.`,
      costSentence: (cost) => `About ${cost} would go with the quota.`,
      clause: `the CPU quota stops the service ${percent(throttled)} of the time`,
      removal: cost.removal,
      evidence: [
        {
          kind: 'metric',
          label: 'time throttled by the quota',
          value: throttled,
          unit: 'fraction',
          limit: {
            value: MIN_THROTTLED,
            reason: 'rarer throttling does not reach p95, with those that wait behind it',
          },
        },
        { kind: 'metric', label: 'CPU time lost to the quota', value: lostToQuota, unit: 'fraction' },
        ...(limit === null ? [] : [{ kind: 'metric', label: 'quota', value: limit, unit: 'cores' } as const]),
        ...(supply.ownCores === null
          ? []
          : [{ kind: 'metric', label: 'used by the service', value: supply.ownCores, unit: 'cores' } as const]),
      ],
      fixes: [
        fix('Raise the CPU limit, or leave it out and keep the request', null),
        fix('Use fewer threads: a burst of many uses a period up at once (UV_THREADPOOL_SIZE, intra-op threads)', null),
      ],
    })
  },
})
