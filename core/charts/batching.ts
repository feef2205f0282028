import { batching } from '../facts/batching.js'
import type { Facts } from '../facts/fact.js'
import type { Batching, Chart } from '../model/charts.js'
import { available, unavailable } from './chart.js'

/** Sizes of the batches of the measured window, why they left, and what each size cost. */
export function drawBatching(facts: Facts): Chart<Batching> {
  const derived = facts.get(batching)
  if (!derived.known) return unavailable(derived.reason)
  const { capacity, sizes, reasons, serviceTimes, fit } = derived.value
  return available({
    capacity,
    sizes,
    reasons: Object.entries(reasons)
      .filter(([, count]) => count > 0)
      .map(([reason, count]) => ({ reason, count }))
      .sort((a, b) => b.count - a.count),
    serviceTimes,
    fit: fit === null ? null : { overheadMs: fit.intercept, perItemMs: fit.slope, r2: fit.r2 },
  })
}
