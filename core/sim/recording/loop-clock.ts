import { timeOrder } from '../../stats/time-order.js'
import type { Network, Run } from '../network.js'

/** How long the event loop of a run had been idle at any moment, as an agent reads it. */
export class LoopClock {
  readonly #startMs: Float64Array
  readonly #endMs: Float64Array
  /** Busy time before each turn. */
  readonly #busyMs: Float64Array

  /** `loop` is a station of the network, a pool of one; null: a loop with nothing to do. */
  constructor({ route }: Network, { trace, stepEndMs }: Run, loop: number | null) {
    const steps: number[] = []
    for (let step = 0; step < stepEndMs!.length; step++) {
      if (route[step % route.length] === loop && stepEndMs![step]! >= 0) steps.push(step)
    }
    const startMs = Float64Array.from(steps, (step) => trace!.stepStartMs[step]!)
    const order = timeOrder(startMs)
    this.#startMs = Float64Array.from(order, (turn) => startMs[turn]!)
    this.#endMs = Float64Array.from(order, (turn) => stepEndMs![steps[turn]!]!)
    this.#busyMs = new Float64Array(steps.length + 1)
    for (let i = 0; i < steps.length; i++) {
      this.#busyMs[i + 1] = this.#busyMs[i]! + this.#endMs[i]! - this.#startMs[i]!
    }
  }

  /** Cumulative idle time at `timeMs`. */
  idleMs(timeMs: number): number {
    let [low, high] = [0, this.#startMs.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#startMs[middle]! < timeMs) low = middle + 1
      else high = middle
    }
    const last = low - 1
    if (last < 0) return timeMs
    return timeMs - this.#busyMs[last]! - Math.min(timeMs, this.#endMs[last]!) + this.#startMs[last]!
  }
}
