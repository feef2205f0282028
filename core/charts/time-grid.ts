import type { RowGroups } from '../stats/row-groups.js'
import { groupRows } from '../stats/row-groups.js'

/** Equal steps of time that every track of the timeline shares. */
export class TimeGrid {
  readonly fromMs: number
  readonly stepMs: number
  readonly steps: number

  constructor(fromMs: number, toMs: number, stepMs: number) {
    this.fromMs = fromMs
    this.stepMs = stepMs
    this.steps = Math.max(1, Math.ceil((toMs - fromMs) / stepMs - 1e-9))
  }

  get toMs(): number {
    return this.fromMs + this.steps * this.stepMs
  }

  /** The step that a time falls into; an index out of range for times outside, and for NaN. */
  stepAt(timeMs: number): number {
    const step = Math.floor((timeMs - this.fromMs) / this.stepMs)
    return step >= 0 && step < this.steps ? step : this.steps
  }

  /** Rows by the step of their time. */
  group(tMs: ArrayLike<number>, count: number): RowGroups {
    const stepOf = new Uint32Array(count)
    for (let row = 0; row < count; row++) stepOf[row] = this.stepAt(tMs[row]!)
    return groupRows(stepOf, count, this.steps)
  }

  /** Events a second in each step. */
  rates(tMs: ArrayLike<number>, count: number): number[] {
    const counts = new Float64Array(this.steps + 1)
    for (let i = 0; i < count; i++) counts[this.stepAt(tMs[i]!)]!++
    return Array.from(counts.subarray(0, this.steps), (count) => (count * 1000) / this.stepMs)
  }

  /** Mean of the values in each step; null where there is none. */
  means(tMs: ArrayLike<number>, values: ArrayLike<number>): (number | null)[] {
    const sums = new Float64Array(this.steps + 1)
    const counts = new Float64Array(this.steps + 1)
    for (let i = 0; i < tMs.length; i++) {
      if (Number.isNaN(values[i]!)) continue
      const step = this.stepAt(tMs[i]!)
      sums[step]! += values[i]!
      counts[step]!++
    }
    return Array.from({ length: this.steps }, (_, step) => (counts[step]! > 0 ? sums[step]! / counts[step]! : null))
  }

  /** Mean number of intervals open in each step, as an integral: exact, not sampled. */
  meanOpen(startMs: ArrayLike<number>, endMs: ArrayLike<number>, count: number): number[] {
    const openMs = new Float64Array(this.steps + 1)
    // Whole steps are counted by difference, so that a long interval costs no more than a short one.
    const whole = new Float64Array(this.steps + 2)
    for (let i = 0; i < count; i++) {
      const from = Math.max(startMs[i]!, this.fromMs) - this.fromMs
      const to = Math.min(endMs[i]!, this.toMs) - this.fromMs
      if (!(to > from)) continue
      const first = Math.floor(from / this.stepMs)
      const last = Math.min(this.steps - 1, Math.floor(to / this.stepMs))
      if (first === last) {
        openMs[first]! += to - from
        continue
      }
      openMs[first]! += (first + 1) * this.stepMs - from
      openMs[last]! += to - last * this.stepMs
      whole[first + 1]!++
      whole[last]!--
    }
    let open = 0
    return Array.from({ length: this.steps }, (_, step) => {
      open += whole[step]!
      return open + openMs[step]! / this.stepMs
    })
  }
}
