import type { Facts } from '../../facts/fact.js'
import type { Surface } from '../../model/surface.js'
import {
  type Baseline,
  groundsOf,
  type Predictable,
  type Prediction,
  predictWith,
  simulateWith,
} from '../what-if/predict.js'
import { BATCHER_KNOBS, candidateOf, candidatesOf } from './candidate.js'
import { type Option, optionOf } from './option.js'
import { bestPair, cheapest } from './recommendation.js'
import { surfaceOf } from './surface.js'

export type TuneOptions = {
  /** Replaces the p95 target of the recording's SLA. */
  readonly slaP95Ms?: number
  /** Settings to try as well; they replace the built-in ones of the same kind and stage. */
  readonly tried?: readonly string[]
}

export type Recommendation = Option & { readonly why: 'least effort that meets the SLA' | 'best pair' }

/** What a text says of the SLA, where nothing but its p95 is predicted. */
export function ofPredicted(text: string, { unpredictedTargets }: Pick<Baseline, 'unpredictedTargets'>): string {
  return unpredictedTargets.length === 0 ? text : text.replace('the SLA', 'the p95 of the SLA')
}

export type Tuning =
  | { readonly withheld: string; readonly baseline: Baseline | null }
  | {
      readonly baseline: Baseline
      readonly slaP95Ms: number | null
      /** The service as recorded, replayed. */
      readonly unchanged: Prediction
      /** Every single change, the lowest p95 first and unstable ones last. */
      readonly predictions: readonly Option[]
      /** None adds instances. */
      readonly recommended: readonly Recommendation[]
      /** Of the service as recorded; null without a batcher. */
      readonly surface: Surface | null
      /** With what the best pair changes apart from the batcher, where that is anything. */
      readonly surfaceAfter: Surface | null
    }

/**
 * Ranks every single change that applies to the recorded service and finds the best pair that adds no instances. Throws a
 * usage error for a setting of `tried` that cannot be read or does not fit this service.
 */
export function tune(facts: Facts, { slaP95Ms, tried = [] }: TuneOptions = {}): Tuning {
  const found = groundsOf(facts)
  if ('withheld' in found) return found
  const grounds: Predictable = { ...found, slaP95Ms: slaP95Ms ?? found.slaP95Ms }
  const candidates = candidatesOf(grounds.calibration.model, tried)
  const singles = candidates.map((candidate) => ({ candidate, option: optionOf(grounds, [candidate]) }))
  singles.sort((a, b) => order(a.option) - order(b.option))
  const own = singles.filter(({ candidate }) => !candidate.addsInstances)
  const pair = bestPair(
    grounds,
    own.map(({ candidate }) => candidate),
  )
  const predictions = singles.map(({ option }) => option)
  const least = cheapest(
    own.map(({ option }) => option),
    grounds.slaP95Ms,
  )
  const recommended: Recommendation[] = []
  if (least !== null) recommended.push({ ...least, why: 'least effort that meets the SLA' })
  if (pair !== null) recommended.push({ ...optionOf(grounds, pair), why: 'best pair' })
  const others = (pair ?? []).filter(({ knob }) => !BATCHER_KNOBS.has(knob)).map(({ setting }) => setting)
  return {
    baseline: grounds.baseline,
    slaP95Ms: grounds.slaP95Ms,
    unchanged: predictWith(grounds, []),
    predictions,
    recommended,
    surface: surfaceOf(grounds, []),
    surfaceAfter: others.length === 0 ? null : surfaceOf(grounds, others),
  }
}

/**
 * The best pair of different knobs among `settings`, which is null where no pair keeps up with the load. Throws as `tune`
 * does.
 */
export function bestPairAmong(
  facts: Facts,
  settings: readonly string[],
): { readonly withheld: string } | { readonly pair: Option | null } {
  const grounds = groundsOf(facts)
  if ('withheld' in grounds) return grounds
  const singles = settings
    .map((setting) => candidateOf(grounds.calibration.model, setting))
    .map((candidate) => ({ candidate, outcome: simulateWith(grounds, [candidate.setting]) }))
    .sort((a, b) => order(a.outcome) - order(b.outcome))
  const pair = bestPair(
    grounds,
    singles.map(({ candidate }) => candidate),
  )
  return { pair: pair === null ? null : optionOf(grounds, pair) }
}

const order = ({ p95Ms }: Pick<Option, 'p95Ms'>) => p95Ms ?? Number.MAX_VALUE
