import { NO_STAGE } from '../facts/profile-samples.js'
import { type CallFrame, identityOf, locationOf } from '../model/call-frame.js'

/** A function at one place of the merged call tree. */
export class CallNode {
  readonly name: string
  readonly location: string
  selfMs = 0
  totalMs = 0
  readonly #children = new Map<string, CallNode>()
  readonly #stageMs = new Map<number, number>()

  constructor(name: string, location: string) {
    this.name = name
    this.location = location
  }

  child(frame: CallFrame): CallNode {
    const key = identityOf(frame)
    let child = this.#children.get(key)
    if (child === undefined) {
      child = new CallNode(nameOf(frame), locationOf(frame))
      this.#children.set(key, child)
    }
    return child
  }

  /** Counts a sample that was taken in this function itself. */
  add(ms: number, stage: number): void {
    this.selfMs += ms
    this.#stageMs.set(stage, (this.#stageMs.get(stage) ?? 0) + ms)
  }

  children(): Iterable<CallNode> {
    return this.#children.values()
  }

  byTotal(): CallNode[] {
    return [...this.#children.values()].sort((a, b) => b.totalMs - a.totalMs || (a.name < b.name ? -1 : 1))
  }

  /** Adds the children's times to this node's own; they must be summed first. */
  sum(): void {
    this.totalMs = this.selfMs
    for (const child of this.#children.values()) {
      this.totalMs += child.totalMs
      for (const [stage, ms] of child.#stageMs) this.#stageMs.set(stage, (this.#stageMs.get(stage) ?? 0) + ms)
    }
  }

  /** Index of the stage that most of the time belongs to; null when most of it is outside every stage. */
  mainStage(): number | null {
    let best = NO_STAGE
    let bestMs = this.#stageMs.get(NO_STAGE) ?? 0
    for (const [stage, ms] of this.#stageMs) {
      if (ms > bestMs) {
        best = stage
        bestMs = ms
      }
    }
    return best === NO_STAGE ? null : best
  }
}

/** Calls of all profile windows, merged by function and place from the outermost caller down. */
export class CallTree {
  readonly root = new CallNode('all', '')

  sum(): void {
    for (const node of this.#callersLast()) node.sum()
  }

  /** The `rank`-th largest total: keeping what exceeds it keeps at most that many nodes. 0 when there are fewer. */
  totalOfRank(rank: number): number {
    const totals = Float64Array.from(this.#callersLast(), (node) => node.totalMs).sort()
    // The next larger number, so that ties at the limit go too.
    return totals.length <= rank ? 0 : totals[totals.length - rank - 1]! * (1 + 1e-12)
  }

  #callersLast(): CallNode[] {
    const order = [this.root]
    for (let i = 0; i < order.length; i++) order.push(...order[i]!.children())
    return order.reverse()
  }
}

function nameOf({ functionName }: CallFrame): string {
  if (functionName === '') return '(anonymous)'
  return functionName === '(garbage collector)' ? 'garbage collector' : functionName
}
