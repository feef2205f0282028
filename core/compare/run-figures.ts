import { endToEnd } from '../facts/end-to-end.js'
import type { Facts } from '../facts/fact.js'
import { stageSummaries } from '../facts/stage-summaries.js'
import { stageColumn, stageTimes } from '../facts/stage-times.js'
import { streaming } from '../facts/streaming.js'
import { type Traffic, traffic } from '../facts/traffic.js'
import type { DeltaMetric } from '../model/comparison.js'
import { blockBootstrap, type Uncertainty } from '../stats/block-bootstrap.js'
import { gather, pick } from '../stats/gather.js'
import { thinned } from '../stats/thinned.js'
import { timeOrder } from '../stats/time-order.js'
import { studentT } from './confidence.js'

/** A figure of one recording, and where it may lie; null when too few requests allow to know it. */
export type Figure = Estimate | null
export type Estimate = { readonly value: number; readonly low: number; readonly high: number }

export type StageFigures = { readonly mean: Figure; readonly p95: Figure }

export type Bootstrap = { readonly replicates: number; readonly seed: number }

const PERCENTILES = [0.5, 0.9, 0.95, 0.99]
const FIRST_BYTE_PERCENTILES = [0.5, 0.95]
const THROUGHPUT_BINS = 200

/** What a client sees, each figure with the error that the run's own ups and downs give it; of first bytes only on request. */
export function endToEndFigures(
  facts: Facts,
  bootstrap: Bootstrap,
  withFirstBytes: boolean,
): Readonly<Record<DeltaMetric, Figure>> {
  const window = facts.find(traffic)
  const seen = facts.find(endToEnd)
  const resampled = (values: Float64Array, ps: readonly number[]) =>
    blockBootstrap(thinned(values), ps, bootstrap.replicates, bootstrap.seed)
  const latency = window === null ? null : resampled(gather(window.latencyMs, timeOrder(window.startMs)), PERCENTILES)
  const percentile = (value: number | null | undefined, at: number) => duration(value, latency?.quantiles[at])
  const begun = window === null || !withFirstBytes ? null : resampled(firstBytes(facts, window), FIRST_BYTE_PERCENTILES)
  return {
    p50Ms: percentile(seen?.p50Ms, 0),
    p90Ms: percentile(seen?.p90Ms, 1),
    p95Ms: percentile(seen?.p95Ms, 2),
    p99Ms: percentile(seen?.p99Ms, 3),
    firstByteP50Ms: duration(seen?.firstByteP50Ms, begun?.quantiles[0]),
    firstByteP95Ms: duration(seen?.firstByteP95Ms, begun?.quantiles[1]),
    meanMs: duration(seen?.meanMs, latency?.mean),
    throughputRps: rate(seen?.throughputRps, window === null ? undefined : resampled(completionRates(window), []).mean),
    errorRate: rate(seen?.errorRate, window === null ? undefined : resampled(failures(window), []).mean),
  }
}

/** Exclusive time by stage over all timed requests, those that skipped a stage counting as 0; containers left out. */
export function stageFigures(facts: Facts, bootstrap: Bootstrap): ReadonlyMap<string, StageFigures> {
  const figures = new Map<string, StageFigures>()
  const window = facts.find(traffic)
  const times = facts.find(stageTimes)
  if (window === null || times === null) return figures
  const order = timeOrder(window.startMs)
  for (const { id, kind, meanMs, p95Ms } of facts.find(stageSummaries) ?? []) {
    if (kind === 'container') continue
    const column = gather(stageColumn(times, id), order)
    const { mean, quantiles } = blockBootstrap(thinned(column), [0.95], bootstrap.replicates, bootstrap.seed)
    figures.set(id, { mean: duration(meanMs, mean), p95: duration(p95Ms, quantiles[0]) })
  }
  return figures
}

/** Latency is skewed and never negative: its uncertainty is taken to be a factor. */
function duration(ms: number | null | undefined, uncertainty: Uncertainty | undefined): Figure {
  const reach = reachOf(uncertainty)
  if (ms === null || ms === undefined || reach === null) return null
  if (ms === 0) return { value: 0, low: 0, high: reach }
  return { value: ms, low: ms * Math.exp(-reach / ms), high: ms * Math.exp(reach / ms) }
}

function rate(value: number | null | undefined, uncertainty: Uncertainty | undefined): Figure {
  const reach = reachOf(uncertainty)
  if (value === null || value === undefined || reach === null) return null
  return { value, low: Math.max(0, value - reach), high: value + reach }
}

/** Student's t for the blocks that estimated the error, times that error; null when it is unknown. */
function reachOf(uncertainty: Uncertainty | undefined): number | null {
  if (uncertainty === undefined || !Number.isFinite(uncertainty.standardError)) return null
  return uncertainty.standardError * studentT(Math.floor(uncertainty.blocks) - 1)
}

/** Of the requests that were answered, in the order of arrival. */
function firstBytes(facts: Facts, { startMs }: Traffic): Float64Array {
  const inOrder = gather(facts.find(streaming)!.firstByteMs, timeOrder(startMs))
  return pick(inOrder, (place) => !Number.isNaN(inOrder[place]!))
}

/** Successes a second in equal slices of the window, by when they ended. */
function completionRates({ fromMs, durationMs, startMs, latencyMs }: Traffic): Float64Array {
  const rates = new Float64Array(THROUGHPUT_BINS)
  const binMs = durationMs / THROUGHPUT_BINS
  for (let i = 0; i < startMs.length; i++) {
    const bin = Math.floor((startMs[i]! + latencyMs[i]! - fromMs) / binMs)
    if (bin >= 0 && bin < THROUGHPUT_BINS) rates[bin]! += 1000 / binMs
  }
  return rates
}

/** 1 for every request that failed, in the order of arrival. */
function failures({ arrivals: { startMs, failed } }: Traffic): Float64Array {
  return gather(failed, timeOrder(startMs))
}
