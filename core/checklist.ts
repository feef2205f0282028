import { batching } from './facts/batching.js'
import { coldStart } from './facts/cold-start.js'
import { concurrencyLimits } from './facts/concurrency-limits.js'
import { device } from './facts/device.js'
import { eventLoop } from './facts/event-loop.js'
import type { Facts } from './facts/fact.js'
import { meanOf, seriesOf } from './facts/series.js'
import { stageSummaries } from './facts/stage-summaries.js'
import { target } from './facts/target.js'
import { ttftResults } from './facts/target-results.js'
import { traffic } from './facts/traffic.js'
import type { ChecklistItem, TargetResult } from './model/diagnosis.js'
import type { Recording } from './model/recording.js'
import type { Expectations } from './model/recording-meta.js'
import { count, ms, percent } from './rules/wording.js'
import { quantile } from './stats/quantile.js'

// Tail latency grows rapidly near 70 to 80 % utilization.
const UTILIZATION_CAP = 0.8
// Test beyond the expected peak by a fifth, and have a fifth of the capacity left at it.
const PEAK_FACTOR = 1.2
const HEADROOM = 0.2
// A Poisson count of a few hundred requests varies by this much around its rate.
const RATE_TOLERANCE = 0.05
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

function expectations({ meta }: Pick<Recording, 'meta'>): Expectations {
  return meta.load ?? meta.ownTraffic ?? {}
}

const percentiles: Judge = (facts) => {
  const stages = facts.get(stageSummaries)
  if (!stages.known) return unknown(`end to end only: ${stages.reason}`)
  return pass(`p50, p90, p95 and p99 of ${stages.value.length} stages and end to end`)
}

const utilization: Judge = (facts) => {
  const found = utilizations(facts)
  if (found.length === 0) return unknown('no utilization was measured')
  const evidence = found.map(([name, busy]) => `${name} ${percent(busy)}`).join(', ')
  return found.every(([, busy]) => busy <= UTILIZATION_CAP)
    ? passOfAll(facts, evidence)
    : fail(`${evidence}; cap ${percent(UTILIZATION_CAP)}`)
}

const peakTested: Judge = (facts) => {
  const rps = arrivalRate(facts)
  const peakRps = expectations(facts.recording).expectedPeakRps ?? null
  if (rps === null) return unknown('no request was measured')
  if (peakRps === null) return unknown(`this run was at ${count(rps)}/s; say what to expect with record --peak`)
  const wantedRps = PEAK_FACTOR * peakRps
  const tested = `tested at ${count(rps)}/s; ${PEAK_FACTOR} x the peak of ${count(peakRps)}/s is ${count(wantedRps)}/s`
  if (rps < wantedRps * (1 - RATE_TOLERANCE)) return fail(tested)
  const goal = facts.find(target)
  if (goal?.state === 'missed') return fail(`${tested}, where p95 is ${ms(goal.p95Ms!)} against ${ms(goal.limitMs)}`)
  const ttft = ttftResults(facts)
  const late = ttft.find(({ met }) => met === false)
  if (late !== undefined) return fail(`${tested}, where ${standing(late)}`)
  const unjudged = ttft.find(({ met }) => met === null)
  if (unjudged !== undefined) return unknown(`${tested}, but ${unjudged.name} has no verdict: ${unjudged.reason}`)
  if (goal?.state === 'met') return pass(`${tested}, where p95 is ${ms(goal.p95Ms!)} against ${ms(goal.limitMs)}`)
  if (goal?.state === 'none' && ttft.length > 0) return pass(`${tested}, where ${ttft.map(standing).join(', ')}`)
  return unknown(`${tested}, but no SLA says whether it was good enough`)
}

function standing({ name, measuredMs, limitMs }: TargetResult): string {
  return `${name} is ${ms(measuredMs!)} against ${ms(limitMs)}`
}

/** Capacity is taken as the rate at which the busiest resource would be busy all of the time. */
const headroom: Judge = (facts) => {
  const rps = arrivalRate(facts)
  const [busiest] = utilizations(facts).sort((a, b) => b[1] - a[1])
  if (busiest === undefined || rps === null) return unknown('no utilization was measured')
  const peakRps = expectations(facts.recording).expectedPeakRps ?? null
  const [name, busy] = busiest
  const atPeak = (busy * (peakRps ?? rps)) / rps
  const load = peakRps === null ? `this load of ${count(rps)}/s` : `the expected peak of ${count(peakRps)}/s`
  const evidence =
    atPeak > 1
      ? `the ${name} cannot carry ${load}: it would have to be ${percent(atPeak)} busy`
      : `the busiest resource, the ${name}, has ${percent(1 - atPeak)} left at ${load}`
  return atPeak <= 1 - HEADROOM ? passOfAll(facts, evidence) : fail(`${evidence}; wanted ${percent(HEADROOM)}`)
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

/** Whether somebody asked the service if it was ready before it got its first request. */
const readinessGate: Judge = ({ recording: { meta, requests } }) => {
  const probed = expectations({ meta }).readiness ?? null
  if (probed !== null) return pass(`${probed.url} answered 2xx before the first request, after ${ms(probed.afterMs)}`)
  return requests.count === 0
    ? unknown('no request was recorded')
    : unknown('no readiness URL was asked before the first request: record with --ready')
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
  { id: 'peak-tested', title: 'Load tested at the expected peak x 1.2', judge: peakTested },
  { id: 'headroom', title: 'At least 20 % of the capacity is left at the peak', judge: headroom },
  { id: 'utilization', title: 'No resource is busier than 80 %', judge: utilization },
  { id: 'max-wait', title: 'max_wait guards the latency target', judge: maxWait },
  { id: 'concurrency', title: 'No more runnable threads than cores', judge: concurrency },
  { id: 'readiness', title: 'The service takes traffic only once it says that it is ready', judge: readinessGate },
  { id: 'pre-warm', title: 'Instances are warm before they take traffic', judge: preWarm },
]

function utilizations(facts: Facts): [name: string, busy: number][] {
  const found: [string, number][] = []
  const loop = facts.find(eventLoop)
  const accelerator = facts.find(device)
  if (loop !== null) found.push(['event loop', loop.utilization])
  if (accelerator !== null) found.push(['device', accelerator.busyFraction])
  for (const { stage, servers, busyFraction } of facts.find(concurrencyLimits) ?? []) {
    found.push([`${stage ?? 'service'} (${servers} at a time)`, busyFraction])
  }
  for (const one of seriesOf(facts, 'host.cpu')) found.push(['host CPU', meanOf(one)])
  return found
}

/** An idle host says little of a service whose one thread may be at its limit. */
function passOfAll(facts: Facts, evidence: string) {
  const loop = facts.get(eventLoop)
  return loop.known ? pass(evidence) : unknown(`${evidence}; of the service itself it is not known: ${loop.reason}`)
}

/** Requests a second that came in the measured window. */
function arrivalRate(facts: Facts): number | null {
  const measured = facts.find(traffic)
  return measured === null || measured.durationMs <= 0 ? null : (measured.requests / measured.durationMs) * 1000
}

function pass(evidence: string) {
  return { status: 'pass' as const, evidence }
}

function fail(evidence: string) {
  return { status: 'fail' as const, evidence }
}

function unknown(evidence: string) {
  return { status: 'unknown' as const, evidence }
}
