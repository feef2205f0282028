import { type Predictable, type Prediction, predictWith } from '../what-if/predict.js'
import { type Candidate, EFFORTS, type Effort } from './candidate.js'

/** A set of changes with what it is predicted to bring. */
export type Option = Prediction & {
  /** One for each change. */
  readonly titles: readonly string[]
  /** Of the dearest change. */
  readonly effort: Effort
  readonly addsInstances: boolean
}

export function optionOf(grounds: Predictable, candidates: readonly Candidate[]): Option {
  const prediction = predictWith(
    grounds,
    candidates.map(({ setting }) => setting),
  )
  return {
    ...prediction,
    titles: candidates.map(({ title }) => title),
    effort: EFFORTS[Math.max(...candidates.map(({ effort }) => EFFORTS.indexOf(effort)))]!,
    addsInstances: candidates.some(({ addsInstances }) => addsInstances),
  }
}
