import { mean } from '../stats/mean.js'
import { quantiles } from '../stats/quantile.js'
import type { Jobs, Run } from './network.js'

const BLOCKS = 10
/** Two-sided 95 % quantile of Student's t with BLOCKS - 1 degrees of freedom. */
const T_QUANTILE = 2.262

/** Latency once the start has worn off, with 95 % intervals from the spread over consecutive blocks (batch means). */
export type SteadyState = {
  readonly meanMs: number
  readonly meanIntervalMs: readonly [number, number]
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p95IntervalMs: readonly [number, number]
  readonly p99Ms: number
}

/**
 * What remains of a run without its first `warmUp` jobs. Nothing may have been rejected. Neighbouring latencies depend
 * on each other, blocks hardly do when they are long against the time that a queue needs to build up and drain.
 */
export function steadyState({ arrivalMs }: Jobs, { endMs }: Run, warmUp: number): SteadyState {
  const latencyMs = endMs.slice(warmUp)
  for (let job = 0; job < latencyMs.length; job++) latencyMs[job]! -= arrivalMs[warmUp + job]!
  const [p50Ms, p95Ms, p99Ms] = quantiles(latencyMs, [0.5, 0.95, 0.99])
  const blocks = Array.from({ length: BLOCKS }, (_, block) => {
    const at = (edge: number) => Math.floor((edge * latencyMs.length) / BLOCKS)
    return latencyMs.subarray(at(block), at(block + 1))
  })
  const meanMs = mean(latencyMs)
  return {
    meanMs,
    meanIntervalMs: around(meanMs, blocks.map(mean)),
    p50Ms: p50Ms!,
    p95Ms: p95Ms!,
    p95IntervalMs: around(
      p95Ms!,
      blocks.map((block) => quantiles(block, [0.95])[0]!),
    ),
    p99Ms: p99Ms!,
  }
}

function around(centre: number, blockValues: readonly number[]): readonly [number, number] {
  const average = blockValues.reduce((sum, value) => sum + value, 0) / BLOCKS
  const variance = blockValues.reduce((sum, value) => sum + (value - average) ** 2, 0) / (BLOCKS - 1)
  const halfMs = T_QUANTILE * Math.sqrt(variance / BLOCKS)
  return [Math.max(0, centre - halfMs), centre + halfMs]
}
