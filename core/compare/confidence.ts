import type { JudgedMetric } from '../model/comparison.js'

/** What the verdict rests on: what most requests see, what the target speaks of, and what fails. */
export const JUDGED: readonly JudgedMetric[] = ['p50Ms', 'p95Ms', 'errorRate']
/** A verdict is wrong by chance in at most 5 % of comparisons of equals: shared among the judged (Bonferroni). */
export const CONFIDENCE = 1 - 0.05 / JUDGED.length
// Student's t at 1 - 0.05 / 6 for 2 to 19 degrees of freedom. One would give 38, an interval that says nothing.
const FEWEST = 2
const STUDENT_T = [
  7.65, 4.86, 3.96, 3.53, 3.29, 3.13, 3.02, 2.93, 2.87, 2.82, 2.78, 2.75, 2.72, 2.69, 2.67, 2.65, 2.64, 2.63,
]

/** For one degree of freedom fewer than the blocks that estimated the error. */
export function studentT(degreesOfFreedom: number): number {
  return STUDENT_T[Math.min(STUDENT_T.length - 1, Math.max(0, degreesOfFreedom - FEWEST))]!
}
