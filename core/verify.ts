import { differentSchedules } from './compare/comparability.js'
import { endToEnd } from './facts/end-to-end.js'
import { type Facts, factsOf } from './facts/fact.js'
import type { EndToEnd } from './model/diagnosis.js'
import { formatCount } from './model/quantity.js'
import type { Recording } from './model/recording.js'
import { scoreVerification, type Verification } from './model/verification.js'
import { checkQuality } from './quality.js'
import { titleOf } from './sim/tune/candidate.js'
import type { Change } from './sim/what-if/change.js'
import { type Grounds, groundsOf, overloadOf, predictWith, readSetting } from './sim/what-if/predict.js'
import { slaVerdict } from './sla-verdict.js'

/**
 * What `recorded`, and nothing else, lets predict of `settings` (all together, in the change grammar), beside what `again` measured
 * of the service that they were made to. Throws a usage error for a setting that cannot be read or does not fit the service.
 */
export function verifyChanges(recorded: Recording, again: Recording, settings: readonly string[]): Verification {
  const changes = settings.map((setting) => readSetting(setting))
  const [before, after] = [factsOf(recorded), factsOf(again)]
  const grounds = groundsOf(before)
  const model = 'withheld' in grounds ? null : grounds.calibration.model
  const isVoid = again.meta.load?.void != null
  const { p95IntervalMs, ...measured } = isVoid ? NOTHING : percentilesOf(after)
  const { p50Ms, p95Ms, p99Ms } = percentilesOf(before)
  return scoreVerification({
    changes: settings.map((change, i) => ({ change, title: titleOf(changes[i]!, model) })),
    ...predicted(grounds, otherLoad(before, after, changes), settings),
    before: { p50Ms, p95Ms, p99Ms },
    measured: { ...measured, p95IntervalMs },
    slaMet: slaVerdict(after, checkQuality(after)),
  })
}

type Figures = Pick<EndToEnd, 'p50Ms' | 'p95Ms' | 'p99Ms' | 'p95IntervalMs'>

const NOTHING: Figures = { p50Ms: null, p95Ms: null, p99Ms: null, p95IntervalMs: null }

function percentilesOf(facts: Facts): Figures {
  const { p50Ms, p95Ms, p99Ms, p95IntervalMs } = facts.find(endToEnd) ?? NOTHING
  return { p50Ms, p95Ms, p99Ms, p95IntervalMs }
}

/** `otherLoad`: how the second load was another one, which nothing was predicted of; null = it was not. */
function predicted(
  grounds: Grounds,
  otherLoad: string | null,
  settings: readonly string[],
): Pick<Verification, 'assumptions' | 'predicted'> {
  const withheld = (reason: string) => ({ assumptions: [], predicted: { withheld: reason } })
  if ('withheld' in grounds) return withheld(grounds.withheld)
  // First, so that a setting that does not fit the service is an error whatever the load was.
  const prediction = predictWith(grounds, settings)
  if (otherLoad !== null) return withheld(otherLoad)
  if (!prediction.stable) return withheld(overloadOf(prediction))
  const { assumptions, p50Ms, p95Ms, p99Ms, p95IntervalMs } = prediction
  return { assumptions, predicted: { p50Ms, p95Ms, p99Ms, p95IntervalMs } }
}

/** How the second load was not the first one with `changes`; null where it was, or nobody knows. */
function otherLoad(before: Facts, after: Facts, changes: readonly Change[]): string | null {
  const [was, is] = [before.recording.meta.load, after.recording.meta.load]
  if (was === null || is === null) return null
  const rate = changes.reduce((rps, change) => {
    if (change.kind === 'rate') return change.rps
    return change.kind === 'load' ? rps * change.factor : rps
  }, was.rate)
  if (differentSchedules({ ...is, rate }, is).length > 0) {
    return `the changes make it ${formatCount(rate)} requests/s, the load was ${formatCount(is.rate)} (rate=${is.rate} says so)`
  }
  const others = differentSchedules({ ...was, rate: is.rate }, is)
  return others.length === 0 ? null : others.join('; ')
}
