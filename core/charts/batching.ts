import type { Facts } from '../facts/fact.js'
import { traffic } from '../facts/traffic.js'
import type { Batching, Chart } from '../model/charts.js'
import { RELEASE_REASONS } from '../model/recording.js'
import { fitLine } from '../stats/line-fit.js'
import { quantiles } from '../stats/quantile.js'
import { available, unavailable } from './chart.js'

/** Sizes of the batches that started in the measured window, why they left, and what each size cost. */
export function drawBatching(facts: Facts): Chart<Batching> {
  const { batches, meta } = facts.recording
  if (batches.count === 0) return unavailable('no batch was recorded')
  const window = facts.find(traffic)
  const fromMs = window?.fromMs ?? 0
  const toMs = window?.toMs ?? meta.durationMs
  const serviceMs = new Map<number, number[]>()
  const counts = new Map<number, number>()
  const reasons = new Map<string, number>()
  let capacity = 0
  for (let row = 0; row < batches.count; row++) {
    if (!(batches.startedMs[row]! >= fromMs && batches.startedMs[row]! <= toMs)) continue
    const size = batches.size[row]!
    counts.set(size, (counts.get(size) ?? 0) + 1)
    const reason = RELEASE_REASONS[batches.reason[row]!] ?? 'unknown'
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
    capacity = Math.max(capacity, batches.capacity[row]!)
    const tookMs = batches.endedMs[row]! - batches.startedMs[row]!
    if (!(tookMs >= 0)) continue
    const times = serviceMs.get(size)
    if (times === undefined) serviceMs.set(size, [tookMs])
    else times.push(tookMs)
  }
  if (counts.size === 0) return unavailable('no batch started in the measured window')
  return available({
    capacity: capacity > 0 ? capacity : null,
    sizes: ascending(counts).map(([size, count]) => ({ size, count })),
    reasons: [...reasons].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count),
    serviceTimes: ascending(serviceMs).map(([size, times]) => {
      const [p50Ms, p95Ms] = quantiles(Float64Array.from(times), [0.5, 0.95])
      return { size, count: times.length, p50Ms: p50Ms!, p95Ms: p95Ms! }
    }),
    fit: fit(serviceMs),
  })
}

function fit(serviceMs: ReadonlyMap<number, readonly number[]>): Batching['fit'] {
  const sizes: number[] = []
  const times: number[] = []
  for (const [size, all] of serviceMs) {
    for (const ms of all) {
      sizes.push(size)
      times.push(ms)
    }
  }
  const line = fitLine(sizes, times)
  return line === null ? null : { overheadMs: line.intercept, perItemMs: line.slope, r2: line.r2 }
}

function ascending<T>(bySize: ReadonlyMap<number, T>): [number, T][] {
  return [...bySize].sort(([a], [b]) => a - b)
}
