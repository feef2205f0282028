import { coreSpeed, SLOW_CORE } from './facts/core-speed.js'
import { device } from './facts/device.js'
import { endToEnd } from './facts/end-to-end.js'
import type { Facts } from './facts/fact.js'
import { inFlight } from './facts/in-flight.js'
import { independence } from './facts/independence.js'
import { loopWork } from './facts/loop-work.js'
import { processLives } from './facts/process-lives.js'
import { profilerStalls } from './facts/profiler-stalls.js'
import { seriesOf } from './facts/series.js'
import { stageSummaries } from './facts/stage-summaries.js'
import { stageTimes } from './facts/stage-times.js'
import { tails } from './facts/tails.js'
import { traffic } from './facts/traffic.js'
import type { QualityCheck } from './model/diagnosis.js'
import { SAMPLER_GAP, SERVICE_LOG_GAP, VERIFICATION_GAP } from './model/gap.js'
import { formatMs, formatPercent, formatPercentile, formatUs, plural } from './model/quantity.js'
import { enoughForPercentile, sampleSizeForPercentile } from './stats/percentile-interval.js'

// Little's law is an identity in a steady state; what is left at the edges of the window is smaller than this.
const LITTLE_TOLERANCE = 0.05
// Below this many requests, those that straddle the edges of the window outweigh the rest.
const LITTLE_MIN_COMPLETED = 100
const STAGE_SUM_TOLERANCE = 0.01
const COUNT_TOLERANCE = 0.01
// A handful of samples cannot carry a mean of a quantity that moves within one sampling interval.
const MIN_SAMPLES = 20
// Beyond what the speed of a shared host changes within seconds; code that V8 has yet to compile takes half as much again.
const WARMING_TOLERANCE = 0.2
// What late sends may add (docs/load.md): less is within what p95 differs by from run to run.
const STALL_TOLERANCE = 0.05
const STALL_MIN_MS = 1

type Check = (facts: Facts) => QualityCheck

/** Whether the recording can carry the conclusions drawn from it. Run for every recording, whatever the rules say. */
export function checkQuality(facts: Facts): QualityCheck[] {
  return CHECKS.map((check) => check(facts))
}

/** What each check vouches for, by the ids of facts. */
const VOUCHES: Readonly<Record<string, readonly string[]>> = {
  counts: [stageTimes.id, stageSummaries.id, tails.id],
  'stage-sum': [stageTimes.id, stageSummaries.id],
  'device-busy': [device.id],
}

/** The failed check that a conclusion from these facts would rest on; null when they may be used. */
export function obstacleTo(factIds: readonly string[], quality: readonly QualityCheck[]): QualityCheck | null {
  const failed = quality.filter(({ ok }) => ok === false)
  return failed.find(({ id }) => VOUCHES[id]?.some((fact) => factIds.includes(fact)) === true) ?? null
}

const clientBound: Check = ({ recording: { meta } }) => {
  const id = 'client-bound'
  const expected = 'the load generator keeps to its schedule'
  const { load } = meta
  if (load === null) return unchecked(id, expected, 'no load schedule was recorded')
  // JSON has no NaN: a run that sent nothing has null here.
  const measured = Number.isFinite(load.sendLagP99Ms)
    ? `send lag p99 ${formatMs(load.sendLagP99Ms)}, max ${formatMs(load.sendLagMaxMs)}`
    : 'nothing was sent'
  if (load.void === null) return { id, ok: true, measured, expected, reason: 'requests went out on time' }
  return { id, ok: false, measured, expected, reason: load.void.reason }
}

const littlesLaw: Check = (facts) => {
  const id = 'littles-law'
  const expected = `mean in flight = throughput x mean latency, within ${LITTLE_TOLERANCE * 100} %`
  const flight = facts.get(inFlight)
  if (!flight.known) return unchecked(id, expected, flight.reason)
  const { mean, completionsPerMs, meanLatencyMs, completed, atStart, atEnd } = flight.value
  if (completed < LITTLE_MIN_COMPLETED) {
    return unchecked(id, expected, `${completed} requests ended in the window, ${LITTLE_MIN_COMPLETED} needed`)
  }
  const product = completionsPerMs * meanLatencyMs
  const measured = `${mean.toFixed(2)} in flight, throughput x latency = ${product.toFixed(2)}`
  const ok = Math.abs(mean - product) <= LITTLE_TOLERANCE * Math.max(mean, product)
  if (ok) return { id, ok, measured, expected, reason: 'arrivals and departures agree: the run is steady' }
  const reason = `requests in flight went from ${atStart} to ${atEnd} over the window: the run is not in a steady state`
  return { id, ok, measured, expected, reason }
}

const sampleSize =
  (percentile: number): Check =>
  (facts) => {
    const name = formatPercentile(percentile)
    const id = `sample-size-${name}`
    const needed = sampleSizeForPercentile(percentile)
    const n = facts.find(traffic)?.rows.length ?? 0
    const worth = Math.floor(facts.find(independence)?.effective(percentile) ?? 0)
    const sized = { id, expected: `at least ${needed}, so that the 95 % interval of ${name} ends at observed values` }
    if (!enoughForPercentile(n, percentile)) {
      return { ...sized, ok: false, measured: `${n} timed requests`, reason: `${name} is withheld` }
    }
    const measured = worth < n ? `${n} timed requests, worth ${worth} independent ones` : `${n} timed requests`
    return enoughForPercentile(worth, percentile)
      ? { ...sized, ok: true, measured, reason: `${name} is reported` }
      : {
          ...sized,
          ok: false,
          measured,
          reason: `${name} is that of this run alone: it has no interval, and says only whether a target is missed by far`,
        }
  }

const counts: Check = (facts) => {
  const id = 'counts'
  const expected = `client and server saw the same requests, within ${COUNT_TOLERANCE * 100} %`
  const window = facts.find(traffic)
  const { requests, meta } = facts.recording
  if (window === null || window.seenFrom === 'server') return unchecked(id, expected, 'no client recorded requests')
  if (meta.service.observed === 'outside') return unchecked(id, expected, 'the service was seen from outside only')
  let unseen = 0
  for (const row of window.rows) if (Number.isNaN(requests.serverStartMs[row]!)) unseen++
  const sent = meta.load?.sent ?? window.requests
  const ok =
    unseen <= COUNT_TOLERANCE * window.rows.length && Math.abs(sent - window.requests) <= COUNT_TOLERANCE * sent
  const measured = `${sent} sent, ${window.requests} recorded, ${unseen} of ${window.rows.length} timed ones unseen by the service`
  return { id, ok, measured, expected, reason: ok ? 'both sides agree' : 'some requests are missing on one side' }
}

const stageSum: Check = (facts) => {
  const id = 'stage-sum'
  const expected = `stage times sum to the latency, within ${STAGE_SUM_TOLERANCE * 100} %`
  const stages = facts.get(stageSummaries)
  if (!stages.known) return unchecked(id, expected, stages.reason)
  const total = stages.value.filter((stage) => stage.kind !== 'container').reduce((sum, stage) => sum + stage.meanMs, 0)
  const wall = facts.find(endToEnd)?.meanMs ?? 0
  const ok = Math.abs(total - wall) <= STAGE_SUM_TOLERANCE * wall
  const measured = `${formatMs(total)} in stages, ${formatMs(wall)} of latency`
  return {
    id,
    ok,
    measured,
    expected,
    reason: ok ? 'every millisecond has one place' : 'spans do not cover the latency',
  }
}

const deviceBusy: Check = (facts) => {
  const id = 'device-busy'
  const expected = 'the device is busy at most all of the time, and its own figure agrees within 0.15'
  const found = facts.get(device)
  if (!found.known) return unchecked(id, expected, found.reason)
  const { busyFraction, reportedUtilization, source } = found.value
  const reported = source === 'batches' ? reportedUtilization : null
  const measured = `${busyFraction.toFixed(2)} from ${source}${reported === null ? '' : `, ${reported.toFixed(2)} reported`}`
  const agrees = reported === null || Math.abs(reported - busyFraction) <= 0.15
  const ok = busyFraction <= 1.001 && agrees
  return { id, ok, measured, expected, reason: ok ? 'plausible' : 'batch times and device counters disagree' }
}

const samplingResolution: Check = (facts) => {
  const id = 'sampling-resolution'
  const expected = `at least ${MIN_SAMPLES} CPU samples in the window`
  const samples = Math.max(0, ...seriesOf(facts, 'host.cpu').map((one) => one.value.length))
  if (samples === 0) return unchecked(id, expected, 'no host sampler ran')
  const ok = samples >= MIN_SAMPLES
  const reason = ok ? 'resource means are steady' : 'resource means rest on few samples'
  return { id, ok, measured: `${samples} samples`, expected, reason }
}

const warmedUp: Check = (facts) => {
  const id = 'warmed-up'
  const expected = `a request takes no more of the event loop at first than at last, within ${WARMING_TOLERANCE * 100} %`
  const found = facts.get(loopWork)
  if (!found.known) return unchecked(id, expected, found.reason)
  const { partsMs } = found.value
  const [firstMs, lastMs] = [partsMs[0]!, partsMs.at(-1)!]
  const slower = firstMs > (1 + WARMING_TOLERANCE) * lastMs && Math.max(...partsMs) === firstMs
  const core = facts.find(coreSpeed)?.partsMs
  const coreSlower = core === undefined ? Number.NaN : core[0]! / core.at(-1)!
  const measured = `${formatMs(firstMs)} in the first third, ${formatMs(lastMs)} in the last`
  if (!slower) return { id, ok: true, measured, expected, reason: 'nothing shows a service that still warmed up' }
  if (firstMs <= (1 + WARMING_TOLERANCE) * coreSlower * lastMs) {
    const asMuch = `${measured}; a fixed piece of work took ${coreSlower.toFixed(2)} times as long at first`
    return { id, ok: true, measured: asMuch, expected, reason: 'its core got faster, not the service' }
  }
  const reason = Number.isNaN(coreSlower)
    ? 'the service still warmed up (compilation, caches), or its host got faster: record with a longer --warmup'
    : 'the service still warmed up (compilation, caches): record with a longer --warmup'
  return { id, ok: false, measured, expected, reason }
}

const steadyCore: Check = (facts) => {
  const id = 'core-speed'
  const expected = `the same work takes no longer on average than at its fastest, within ${formatPercent(SLOW_CORE - 1)}`
  const found = facts.get(coreSpeed)
  if (!found.known) return unchecked(id, expected, found.reason)
  const { meanMs, fastestMs, slowdown } = found.value
  const measured = `a fixed piece of work took ${formatUs(fastestMs)} at its fastest, ${formatUs(meanMs)} on average`
  const ok = slowdown <= SLOW_CORE
  const reason = ok
    ? 'nobody else slowed the core of the main thread'
    : `the core of the main thread was ${slowdown.toFixed(1)} times slower on average than at its fastest, as when others run on the same core (hyper-threading) or its clock is lower: another run may be as much faster`
  return { id, ok, measured, expected, reason }
}

const sameProcesses: Check = (facts) => {
  const id = 'same-processes'
  const expected = 'the same processes serve from beginning to end'
  const found = facts.get(processLives)
  if (!found.known) return unchecked(id, expected, found.reason)
  const { serving, began, ended } = found.value
  const changes = [
    ...ended.map(({ pid, beforeEndMs }) => `process ${pid} was gone ${formatMs(beforeEndMs)} before the end`),
    ...began.map(({ pid, afterMs }) => `process ${pid} came after ${formatMs(afterMs)}`),
  ]
  const ok = changes.length === 0
  const measured = ok ? `${plural(serving, 'process')} throughout` : changes.join('; ')
  const reason = ok
    ? 'none ended or began'
    : 'a process of the service ended or was started while it was measured: its log says why, and p95 and predictions hold the disturbance'
  return { id, ok, measured, expected, reason }
}

const profilerStall: Check = (facts) => {
  const id = 'profiler-stall'
  const expected = `starting and stopping the CPU profile add at most ${STALL_TOLERANCE * 100} % to p95`
  const found = facts.get(profilerStalls)
  if (!found.known) return unchecked(id, expected, found.reason)
  const { longestMs, requests, addedP95Ms } = found.value
  const p95Ms = facts.find(traffic)?.p95Ms ?? 0
  const ok = addedP95Ms <= Math.max(STALL_MIN_MS, STALL_TOLERANCE * p95Ms)
  const measured = `${formatMs(longestMs)} at the most, ${plural(requests, 'request')} under way, p95 ${formatMs(Math.max(0, addedP95Ms))} higher with it`
  const reason = ok
    ? 'p95 hardly knows of it'
    : 'the CPU profile itself made requests late: record for longer, or with --no-profile'
  return { id, ok, measured, expected, reason }
}

const BESIDE_MEASUREMENTS: ReadonlySet<string> = new Set([SERVICE_LOG_GAP, VERIFICATION_GAP])

const gaps: Check = ({ recording }) => {
  const id = 'gaps'
  // What a sampler cannot measure here (no GPU) was never there to be dropped; the rest are no measurements of this recording.
  const drops = recording.gaps.filter(({ kind }) => !kind.startsWith(SAMPLER_GAP) && !BESIDE_MEASUREMENTS.has(kind))
  const dropped = drops.reduce((sum, gap) => sum + gap.count, 0)
  const kinds = [...new Set(drops.map((gap) => gap.kind))].join(', ')
  const ok = dropped === 0
  const measured = ok ? 'nothing dropped' : `${dropped} dropped (${kinds})`
  return { id, ok, measured, expected: 'nothing dropped', reason: ok ? 'complete' : drops[0]!.reason }
}

const CHECKS: readonly Check[] = [
  clientBound,
  littlesLaw,
  sampleSize(0.95),
  sampleSize(0.99),
  counts,
  stageSum,
  deviceBusy,
  samplingResolution,
  warmedUp,
  steadyCore,
  sameProcesses,
  profilerStall,
  gaps,
]

function unchecked(id: string, expected: string, reason: string): QualityCheck {
  return { id, ok: null, measured: 'not measured', expected, reason }
}
