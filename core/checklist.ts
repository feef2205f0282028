import { batching } from './facts/batching.js'
import { coldStart } from './facts/cold-start.js'
import { device } from './facts/device.js'
import { eventLoop } from './facts/event-loop.js'
import type { Facts } from './facts/fact.js'
import { meanOf, seriesOf } from './facts/series.js'
import { stageSummaries } from './facts/stage-summaries.js'
import { target } from './facts/target.js'
import { traffic } from './facts/traffic.js'
import type { ChecklistItem } from './model/diagnosis.js'
import { ms, percent } from './rules/wording.js'
import { quantile } from './stats/quantile.js'

// Tail latency grows rapidly near 70 to 80 % utilization.
const UTILIZATION_CAP = 0.8
const HEADROOM = 1.2
// Someone who waits for the answer notices more than this.
const MAX_WAIT_MS = 20
// A cold first run takes many times what later ones do; chance among so few does not reach three times p99.
const FIRST_REQUESTS = 20
const COLD_FACTOR = 3

type Judge = (facts: Facts) => { status: ChecklistItem['status']; evidence: string }

/** The checklist "before you ship": what this recording can say about each item. */
export function writeChecklist(facts: Facts): ChecklistItem[] {
  return ITEMS.map(({ id, title, judge }) => ({ id, title, ...judge(facts) }))
}

const percentiles: Judge = (facts) => {
  const stages = facts.get(stageSummaries)
  if (!stages.known) return unknown(`end to end only: ${stages.reason}`)
  return pass(`p50, p90, p95 and p99 of ${stages.value.length} stages and end to end`)
}

const utilization: Judge = (facts) => {
  const found: [string, number][] = []
  const loop = facts.find(eventLoop)
  const accelerator = facts.find(device)
  if (loop !== null) found.push(['event loop', loop.utilization])
  if (accelerator !== null) found.push(['device', accelerator.busyFraction])
  for (const one of seriesOf(facts, 'host.cpu')) found.push(['host CPU', meanOf(one)])
  if (found.length === 0) return unknown('no utilization was measured')
  const evidence = found.map(([name, busy]) => `${name} ${percent(busy)}`).join(', ')
  return found.every(([, busy]) => busy <= UTILIZATION_CAP)
    ? pass(evidence)
    : fail(`${evidence}; cap ${percent(UTILIZATION_CAP)}`)
}

const headroom: Judge = (facts) => {
  const loop = facts.find(eventLoop)
  const accelerator = facts.find(device)
  const busiest = Math.max(loop?.utilization ?? 0, accelerator?.busyFraction ?? 0)
  if (loop === null && accelerator === null) return unknown('no utilization was measured')
  const atPeak = `at ${HEADROOM} x this load the busiest resource would be ${percent(busiest * HEADROOM)} busy`
  if (busiest * HEADROOM > 1) return fail(`${atPeak}: it cannot carry it`)
  return unknown(`${atPeak}; not tested: run at ${HEADROOM} x the expected peak`)
}

const maxWait: Judge = (facts) => {
  const batches = facts.get(batching)
  if (!batches.known) return unknown(batches.reason)
  const { maxWaitMs } = batches.value
  if (maxWaitMs === null) return unknown('the batcher does not say its max_wait')
  const goal = facts.find(target)
  const limitMs = Math.min(MAX_WAIT_MS, goal === null || goal.state === 'none' ? MAX_WAIT_MS : goal.limitMs / 2)
  const evidence = `max_wait ${ms(maxWaitMs)}, guard ${ms(limitMs)}`
  return maxWaitMs <= limitMs ? pass(evidence) : fail(evidence)
}

const concurrency: Judge = (facts) => {
  const runnable = seriesOf(facts, 'host.runnable')
  const cores = facts.recording.meta.host?.cores ?? null
  if (runnable.length === 0 || cores === null) return unknown('runnable threads were not sampled')
  const mean = Math.max(...runnable.map(meanOf))
  const evidence = `${mean.toFixed(1)} runnable threads on ${cores} cores`
  return mean <= cores ? pass(evidence) : fail(evidence)
}

/** From what the first requests took: of the warm-up where there was one, else of the measured window. */
const preWarm: Judge = (facts) => {
  const measured = facts.find(traffic)
  if (measured === null) return unknown('no request was measured')
  if (measured.warmUp !== null) {
    const { latencyMs } = measured.warmUp
    if (latencyMs.length < FIRST_REQUESTS || measured.rows.length < FIRST_REQUESTS) return unknown('too few requests')
    const firstMs = Math.max(...latencyMs.subarray(0, FIRST_REQUESTS))
    const laterMs = quantile(measured.latencyMs, 0.99)
    const evidence = `the slowest of the first ${FIRST_REQUESTS} requests took ${ms(firstMs)}, p99 later is ${ms(laterMs)}`
    return firstMs <= COLD_FACTOR * laterMs ? pass(evidence) : fail(evidence)
  }
  const cold = facts.get(coldStart)
  if (!cold.known) return unknown(cold.reason)
  const { firstServiceMs, laterServiceMs } = cold.value
  const evidence = `the slowest of the first requests was served in ${ms(firstServiceMs)}, p99 later is ${ms(laterServiceMs)}`
  return firstServiceMs <= COLD_FACTOR * laterServiceMs ? pass(evidence) : fail(evidence)
}

const ITEMS: readonly { id: string; title: string; judge: Judge }[] = [
  { id: 'percentiles', title: 'p50, p90, p95 and p99 are recorded per stage and end to end', judge: percentiles },
  { id: 'utilization', title: 'No resource is busier than 80 %', judge: utilization },
  { id: 'headroom', title: 'Load tested at the expected peak x 1.2', judge: headroom },
  { id: 'max-wait', title: 'max_wait guards the latency target', judge: maxWait },
  { id: 'concurrency', title: 'No more runnable threads than cores', judge: concurrency },
  { id: 'pre-warm', title: 'Instances are warm before they take traffic', judge: preWarm },
]

function pass(evidence: string) {
  return { status: 'pass' as const, evidence }
}

function fail(evidence: string) {
  return { status: 'fail' as const, evidence }
}

function unknown(evidence: string) {
  return { status: 'unknown' as const, evidence }
}
