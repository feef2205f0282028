import type { Facts } from '../../facts/fact.js'
import { type Baseline, groundsOf, type Predictable, type Prediction, predictWith } from '../what-if/predict.js'
import { BATCHER_KNOBS, candidatesOf } from './candidate.js'
import { type Option, optionOf } from './option.js'
import { bestPair, cheapest } from './recommendation.js'
import { type Surface, surfaceOf } from './surface.js'

export type TuneOptions = {
  /** Replaces the p95 target of the recording's SLA. */
  readonly slaP95Ms?: number
  /** Settings to try as well; they replace the built-in ones of the same kind and stage. */
  readonly tried?: readonly string[]
}

export type Recommendation = Option & { readonly why: 'least effort that meets the SLA' | 'best pair' }

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
  const pair = bestPair(grounds, own)
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

const order = ({ p95Ms }: Option) => p95Ms ?? Number.MAX_VALUE
