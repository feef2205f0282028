import { cpuSupply } from '../facts/cpu-supply.js'
import { eventLoop } from '../facts/event-loop.js'
import { stageTimes } from '../facts/stage-times.js'
import { traffic } from '../facts/traffic.js'
import type { Evidence } from '../model/evidence.js'
import { costOfLostCpu, crowdedOut, MIN_LOST_SHARE, robbedBySteal } from './lost-cpu.js'
import { clear, defineRule, fired, fix } from './rule.js'
import { tooFewForP95 } from './sample-size.js'
import { count, ms, percent } from './wording.js'

/** Somebody else on the host, or on the machine below it, takes the CPU that the service wants. */
export const noisyNeighbour = defineRule({
  id: 'noisy-neighbour',
  title: 'Others take the CPU',
  stage: null,
  symptomOf: [],
  needs: [traffic, stageTimes, eventLoop, cpuSupply],
  judge({ traffic: measured, stageTimes: times, eventLoop: loop, cpuSupply: supply }, { recording }) {
    const few = tooFewForP95(measured.latencyMs.length)
    if (few !== null) return few
    const { hostBusy, ownCores, othersCores, lostToQueue, lostToSteal, steal } = supply
    if (hostBusy === null || (lostToSteal === null && lostToQueue === null)) {
      return { verdict: 'not-measured', reason: 'neither stolen time nor the wait for a core was sampled' }
    }
    const stolen = robbedBySteal(supply)
    if (!stolen && (ownCores === null || othersCores === null || lostToQueue === null)) {
      return { verdict: 'not-measured', reason: 'no time is stolen, but who uses the host was not sampled' }
    }
    if (!stolen && !crowdedOut(supply)) {
      return clear(
        `the host is ${percent(hostBusy)} busy: the service uses ${count(ownCores ?? 0)} cores, others ${count(othersCores ?? 0)}, and the event loop gets ${percent(1 - (lostToQueue ?? 0))} of the CPU time that it wants`,
      )
    }
    const lost = stolen ? (lostToSteal ?? 0) : (lostToQueue ?? 0)
    const cost = costOfLostCpu(measured, times, loop, lost)
    if (!cost.matters) return clear(`others take CPU, but only about ${ms(cost.costMs)} of p95 rests on it`)
    // The load generator on the same host is among the others, and a test that disturbs itself proves less.
    const withLoad = recording.meta.load?.sharedClock === true
    const who = stolen
      ? `The hypervisor gives ${percent(steal ?? 0)} of the host's CPU time to others`
      : `Others on this host${withLoad ? ' (the load generator is one of them)' : ''} use ${count(othersCores ?? 0)} cores, the service ${count(ownCores ?? 0)}`
    const evidence: Evidence[] = [
      { kind: 'metric', label: 'host CPU busy', value: hostBusy, unit: 'fraction' },
      {
        kind: 'metric',
        label: 'CPU time that the event loop wanted and did not get',
        value: lost,
        unit: 'fraction',
        limit: { value: MIN_LOST_SHARE, reason: 'less is what any shared host does' },
      },
    ]
    if (othersCores !== null) {
      evidence.push({ kind: 'metric', label: 'used by others on the host', value: othersCores, unit: 'cores' })
    }
    if (ownCores !== null)
      evidence.push({ kind: 'metric', label: 'used by the service', value: ownCores, unit: 'cores' })
    if (steal !== null) {
      evidence.push({ kind: 'metric', label: 'stolen by the hypervisor', value: steal, unit: 'fraction' })
    }
    return fired({
      confidence: withLoad && !stolen ? 'medium' : cost.confidence,
      harm: 'latency',
      summary: `${who}; the event loop does not get ${percent(lost)} of the CPU time that it wants.`,
      costSentence: (cost) => `About ${cost} would go with them.`,
      clause: `others take ${percent(lost)} of the CPU time that the event loop wants`,
      removal: cost.removal,
      evidence,
      fixes: [
        fix('Give the service cores of its own (requests equal to limits, static CPU manager, dedicated host)', null),
        ...(withLoad ? [fix('Send the load from another machine, and record again', null)] : []),
      ],
    })
  },
})
