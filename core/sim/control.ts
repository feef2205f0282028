import type { Fleet } from './fleet.js'
import type { Station, Surroundings } from './station.js'

/** Something that watches the run and acts on it, such as an autoscaler. */
export type Control = { readonly everyMs: number; act(state: ControlState): void }

/** The run so far. Columns are by job; what lies after `nowMs` is not filled in yet. */
export type ControlState = {
  readonly nowMs: number
  readonly arrivalMs: Float64Array
  readonly endMs: Float64Array
  readonly fate: Uint8Array
  /** The fleets among the stations, in their order. */
  readonly fleets: readonly Fleet[]
}

type RunSoFar = Omit<ControlState, 'nowMs'>

/** Calls the control every so often until the last job has arrived. */
export class Controller implements Station {
  readonly use = { busyMs: 0, started: 0, served: 0 }
  readonly #control: Control
  readonly #at: number
  readonly #around: Surroundings
  readonly #run: RunSoFar
  readonly #lastMs: number

  constructor(control: Control, at: number, around: Surroundings, run: RunSoFar, lastMs: number) {
    this.#control = control
    this.#at = at
    this.#around = around
    this.#run = run
    this.#lastMs = lastMs
    around.plan(control.everyMs, at, 0)
  }

  happen(): void {
    const { nowMs } = this.#around
    this.#control.act({ ...this.#run, nowMs })
    if (nowMs < this.#lastMs) this.#around.plan(nowMs + this.#control.everyMs, this.#at, 0)
  }

  /** A control is not on the route. */
  enter(): void {}
}
