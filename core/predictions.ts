import { DiagError } from './errors.js'
import { eventLoop } from './facts/event-loop.js'
import { type Facts, messageOf } from './facts/fact.js'
import { stageTimes } from './facts/stage-times.js'
import { traffic } from './facts/traffic.js'
import type { Finding, Fix, Predictions, QualityCheck } from './model/diagnosis.js'
import { obstacleTo } from './quality.js'
import { costWithInterval } from './rules/cost-interval.js'
import { causesAmong, type Ranked } from './rules/ranking.js'
import { groundsOf, overloadOf, type Predictable, predictWith, simulateWith } from './sim/what-if/predict.js'

/** The facts that the replay is learnt from. */
const RESTS_ON = [traffic.id, stageTimes.id, eventLoop.id]

type Predicted = { readonly predicted: readonly Ranked[]; readonly predictions: Predictions | null }

/**
 * Gives each fix the p95 that the simulator predicts for it, and each cause its simulated cost where all causes have one:
 * two ways of estimating are never compared with each other. A simulator that fails is a reason to withhold predictions,
 * never an error.
 */
export function predictFindings(facts: Facts, fired: readonly Ranked[], quality: readonly QualityCheck[]): Predicted {
  const without = (withheld: string): Predicted => ({ predicted: fired, predictions: { withheld } })
  if (!fired.some(({ finding }) => finding.fixes.some(({ change }) => change !== null))) {
    return { predicted: fired, predictions: null }
  }
  const obstacle = obstacleTo(RESTS_ON, quality)
  if (obstacle !== null) return without(`${obstacle.reason} (${obstacle.id}: ${obstacle.measured})`)
  try {
    const grounds = groundsOf(facts)
    if ('withheld' in grounds) return without(grounds.withheld)
    const { simulated, calibrationErrorP95, replayedRequests } = grounds.baseline
    const simulatedP95Ms = simulated.p95Ms
    const predicted = withCosts(grounds, withFixes(grounds, fired))
    return { predicted, predictions: { simulatedP95Ms, calibrationErrorP95, replayedRequests } }
  } catch (error) {
    return without(`the simulation failed: ${messageOf(error)}`)
  }
}

function withFixes(grounds: Predictable, fired: readonly Ranked[]): Ranked[] {
  const known = new Map<string, ReturnType<typeof outcomeOf>>()
  const predict = (fix: Fix): Fix => {
    if (fix.change === null) return fix
    if (!known.has(fix.change)) known.set(fix.change, outcomeOf(grounds, fix.change))
    return { ...fix, ...known.get(fix.change) }
  }
  return fired.map((one) => ({
    ...one,
    finding: { ...one.finding, fixes: one.finding.fixes.map(predict).sort(byPredictedP95) },
  }))
}

/** The fix that helps most first; those without a prediction keep their place behind them. */
function byPredictedP95(a: Fix, b: Fix): number {
  if (a.predictedP95Ms === null || b.predictedP95Ms === null) {
    return Number(a.predictedP95Ms === null) - Number(b.predictedP95Ms === null)
  }
  return a.predictedP95Ms - b.predictedP95Ms
}

function outcomeOf(grounds: Predictable, change: string): Omit<Fix, 'title' | 'change'> {
  const none = { predictedP95Ms: null, intervalMs: null }
  const prediction = fitting(() => predictWith(grounds, [change]))
  if ('misfit' in prediction) return { ...none, unpredicted: prediction.misfit }
  const { assumptions, extrapolated } = prediction
  if (!prediction.stable) return { ...none, unpredicted: overloadOf(prediction), assumptions, extrapolated }
  return { predictedP95Ms: prediction.p95Ms, intervalMs: prediction.p95IntervalMs, assumptions, extrapolated }
}

/** A change that does not fit the service, such as one of a stage that it lacks, is that fix's matter alone. */
function fitting<T extends object>(simulate: () => T): T | { readonly misfit: string } {
  try {
    return simulate()
  } catch (error) {
    if (error instanceof DiagError && error.code === 'usage') return { misfit: error.message }
    throw error
  }
}

function withCosts(grounds: Predictable, fired: readonly Ranked[]): readonly Ranked[] {
  const costs = new Map(causesAmong(fired).map((cause) => [cause, simulatedCost(grounds, cause)]))
  if ([...costs.values()].includes(null)) return fired
  return fired.map((one) => {
    const costMs = costs.get(one) ?? null
    return costMs === null ? one : { ...one, finding: simulatedFinding(one, costMs) }
  })
}

/** p95 of the unchanged replay less that of the replay without the fault; null where it cannot be simulated. */
function simulatedCost(grounds: Predictable, { removalChange }: Ranked): Finding['costMs'] | null {
  if (removalChange === null) return null
  const without = fitting(() => simulateWith(grounds, [removalChange]))
  if ('misfit' in without || without.p95Ms === null) return null
  return costWithInterval(grounds.calibration.unchanged.latencyMs, without.latencyMs)
}

function simulatedFinding({ finding, removalChange, summaryFor }: Ranked, costMs: Finding['costMs']): Finding {
  const costMethod = `simulated: p95 of the recorded requests, replayed unchanged, less their p95 with ${removalChange}`
  return { ...finding, summary: summaryFor(costMs.p95), costMs, costMethod }
}
