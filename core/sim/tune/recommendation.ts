import { UTILIZATION_LIMIT } from '../plan/limits.js'
import { type Outcome, type Predictable, predictWith, simulateWith } from '../what-if/predict.js'
import { type Candidate, EFFORTS, type Effort } from './candidate.js'
import type { Option } from './option.js'

type Pair = { readonly pair: readonly [Candidate, Candidate]; readonly effort: Effort; readonly outcome: Outcome }

/** Settings of one knob that go into pairs: what is best alone need not be best in company. */
const PAIRED_PER_KNOB = 2
/** Predictions nearer to each other than this cannot be told apart (LEAST_MODEL_ERROR of predict.ts is 5 %). */
const INDISTINCT = 0.02

/** The single change of the least effort whose whole interval meets the SLA; among those the lowest p95. */
export function cheapest(options: readonly Option[], slaP95Ms: number | null): Option | null {
  if (slaP95Ms === null) return null
  const meeting = options.filter(({ p95IntervalMs }) => p95IntervalMs !== null && p95IntervalMs[1] <= slaP95Ms)
  return leastEffort(meeting)[0] ?? null
}

/**
 * Two of the candidates, which come best first, of different knobs. With an SLA the pair of the least effort whose whole
 * interval meets it; where none does, of those that need no hardware.
 */
export function bestPair(grounds: Predictable, candidates: readonly Candidate[]): readonly Candidate[] | null {
  const pairs = pairsOf(pooled(candidates)).map(([a, b]): Pair => {
    const effort = EFFORTS[Math.max(EFFORTS.indexOf(a.effort), EFFORTS.indexOf(b.effort))]!
    return { pair: [a, b], effort, outcome: simulateWith(grounds, [a.setting, b.setting]) }
  })
  const stable = pairs.filter(({ outcome }) => outcome.stable)
  const meeting = stable.filter(({ outcome }) => grounds.slaP95Ms !== null && outcome.p95Ms! <= grounds.slaP95Ms)
  for (const effort of EFFORTS) {
    const best = bestOf(meeting.filter((one) => one.effort === effort))
    if (best !== null && surelyMeets(grounds, best)) return best.pair
  }
  const affordable = stable.filter(({ effort }) => effort !== 'hardware')
  return (bestOf(affordable) ?? bestOf(stable))?.pair ?? null
}

function surelyMeets(grounds: Predictable, { pair }: Pair): boolean {
  const { p95IntervalMs } = predictWith(
    grounds,
    pair.map(({ setting }) => setting),
  )
  return grounds.slaP95Ms !== null && p95IntervalMs !== null && p95IntervalMs[1] <= grounds.slaP95Ms
}

/**
 * Of the pairs that leave every resource below the utilization limit, else of all, the one with the lowest p95; of those
 * that cannot be told apart from it the one whose busiest resource has the most to spare.
 */
function bestOf(pairs: readonly Pair[]): Pair | null {
  const roomy = pairs.filter(({ outcome }) => outcome.busiest.utilization <= UTILIZATION_LIMIT)
  const field = roomy.length > 0 ? roomy : pairs
  const lowest = Math.min(...field.map(({ outcome }) => outcome.p95Ms!))
  const near = field.filter(({ outcome }) => outcome.p95Ms! <= lowest * (1 + INDISTINCT))
  near.sort((a, b) => a.outcome.busiest.utilization - b.outcome.busiest.utilization)
  return near[0] ?? null
}

function leastEffort<T extends { readonly effort: Effort }>(all: readonly T[]): T[] {
  const least = EFFORTS.find((effort) => all.some((one) => one.effort === effort))
  return all.filter((one) => one.effort === least)
}

/** The first few of each knob. */
function pooled(candidates: readonly Candidate[]): Candidate[] {
  const taken = new Map<string, number>()
  return candidates.filter(({ knob }) => {
    const count = (taken.get(knob) ?? 0) + 1
    taken.set(knob, count)
    return count <= PAIRED_PER_KNOB
  })
}

function pairsOf(candidates: readonly Candidate[]): (readonly [Candidate, Candidate])[] {
  return candidates.flatMap((a, i) =>
    candidates.slice(i + 1).flatMap((b) => (a.knob === b.knob ? [] : [[a, b] as const])),
  )
}
