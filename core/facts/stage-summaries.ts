import type { StageSummary } from '../model/diagnosis.js'
import { SPAN_CONTAINER, SPAN_SYNC } from '../model/recording.js'
import { mean } from '../stats/mean.js'
import { orderStatistics, quantileRank, quantiles } from '../stats/quantile.js'
import { type Fact, type Facts, known } from './fact.js'
import { inStageOrder, isDerivedStage } from './stage-order.js'
import { stageTimes } from './stage-times.js'
import { tailShare, tails } from './tails.js'
import { traffic } from './traffic.js'

const PERCENTILES = [0.5, 0.9, 0.95, 0.99]

/**
 * The stage table. Means and percentiles are over all timed requests, those that skipped the stage counting as 0, so
 * the means sum to the mean latency.
 */
export const stageSummaries: Fact<'stageSummaries', readonly StageSummary[]> = {
  id: 'stageSummaries',
  derive(facts) {
    const times = facts.get(stageTimes)
    if (!times.known) return times
    const near = facts.get(tails)
    if (!near.known) return near
    const { stages, columns, requests } = times.value
    const observed = observedSpans(facts, stages.length)
    const summaries: StageSummary[] = []
    for (const id of inStageOrder(stages)) {
      const s = stages.indexOf(id)
      const column = columns[s]
      if (column === null || column === undefined) continue
      const { ms } = column
      const meanMs = (mean(ms) * ms.length) / requests
      // Less than a nanosecond is rounding.
      if (meanMs < 1e-6) continue
      const [p50Ms, p90Ms, p95Ms, p99Ms] = quantilesWithZeros(ms, requests, PERCENTILES)
      summaries.push({
        id,
        kind: isDerivedStage(id) ? 'derived' : 'stage',
        requests: ms.length,
        meanMs,
        p50Ms: p50Ms!,
        p90Ms: p90Ms!,
        p95Ms: p95Ms!,
        p99Ms: p99Ms!,
        cpuMs: observed.spannedMs[s]! > 0 ? meanMs * Math.min(1, observed.cpuMs[s]! / observed.spannedMs[s]!) : null,
        tailShare: tailShare(near.value, times.value, id),
      })
    }
    return known([...summaries, ...containers(facts, observed.containers)])
  },
}

/** Quantiles of `values` padded with zeros to n values; all values are at least 0. */
function quantilesWithZeros(values: Float64Array, n: number, ps: readonly number[]): number[] {
  const zeros = n - values.length
  const ranks = ps.map((p) => quantileRank(n, p) - zeros)
  const found = orderStatistics(
    values,
    ranks.map((rank) => Math.max(1, rank)),
  )
  return found.map((value, i) => (ranks[i]! < 1 ? 0 : value))
}

/**
 * CPU by stage over the timed requests, with the duration of the spans that it was read from, and the containers' whole
 * durations. Nested spans count twice in both, so their ratio is the CPU share of the stage's exclusive time.
 */
function observedSpans(facts: Facts, stages: number) {
  const { spans, requests } = facts.recording
  const timed = new Uint8Array(requests.count)
  for (const row of facts.find(traffic)?.rows ?? []) timed[row] = 1
  const cpuMs = new Float64Array(stages)
  const spannedMs = new Float64Array(stages)
  const containers = new Map<number, number[]>()
  for (let i = 0; i < spans.count; i++) {
    if (!timed[spans.request[i]!]) continue
    const stage = spans.stage[i]!
    const durationMs = spans.endMs[i]! - spans.startMs[i]!
    if ((spans.flags[i]! & SPAN_CONTAINER) !== 0) {
      const durations = containers.get(stage)
      if (durations === undefined) containers.set(stage, [durationMs])
      else durations.push(durationMs)
    }
    // A synchronous span was on the CPU for at most its duration.
    const cpu = Number.isNaN(spans.cpuMs[i]!) && (spans.flags[i]! & SPAN_SYNC) !== 0 ? durationMs : spans.cpuMs[i]!
    if (Number.isNaN(cpu)) continue
    cpuMs[stage]! += cpu
    spannedMs[stage]! += durationMs
  }
  return { cpuMs, spannedMs, containers }
}

function containers(facts: Facts, byStage: ReadonlyMap<number, number[]>): StageSummary[] {
  return [...byStage].map(([stage, durations]): StageSummary => {
    const values = Float64Array.from(durations)
    const [p50Ms, p90Ms, p95Ms, p99Ms] = quantiles(values, PERCENTILES)
    return {
      id: facts.recording.stages[stage]!,
      kind: 'container',
      requests: values.length,
      meanMs: mean(values),
      p50Ms: p50Ms!,
      p90Ms: p90Ms!,
      p95Ms: p95Ms!,
      p99Ms: p99Ms!,
      cpuMs: null,
      tailShare: null,
    }
  })
}
