import { type CallFrame, identityOf, isAgentWork, originOf, packageOf } from '../model/call-frame.js'
import type { CpuProfile } from '../model/recording.js'
import { callOrder } from './call-order.js'

/**
 * Code that an owner can do something about, at its place among the callers of its kind: a function of the service, a package where
 * other code enters it, or what either of them calls of the runtime.
 */
export type CodeNode = {
  /** Place in `CodeTree.nodes`; a caller's is smaller. */
  readonly place: number
  readonly kind: 'service' | 'package' | 'builtin' | 'runtime' | 'native' | 'collector' | 'agent'
  readonly frame: CallFrame
  /** Nodes of one code at several places have the same. */
  readonly code: string
  readonly caller: CodeNode | null
  /** Of a builtin: the function that calls it, which within a package is not where it is entered. */
  readonly calledFrom: CallFrame | null
}

/** What ran at each node of a profile; null = the loop was idle. */
type Attributed = {
  readonly node: CodeNode | null
  /** The innermost function of the service or a package, and its node, at or above this one. */
  readonly owner: CodeNode | null
  readonly near: CallFrame | null
  /** What they called of the runtime: of a chain of it the outermost, which is what somebody chose to call. */
  readonly builtin: CodeNode | null
  readonly agent: boolean
}

/** The callers of all profile windows, without the frames in between that belong to the runtime or to infer-diag. */
export class CodeTree {
  readonly nodes: CodeNode[] = []
  readonly #children = new Map<CodeNode | null, Map<string, CodeNode>>()

  /** Whose code each sample's node is; null for idle ones, and for what the profile has no node of. */
  codeOf(profile: CpuProfile): (sample: number) => CodeNode | null {
    const { nodes, callers, places } = callOrder(profile)
    const attributed: Attributed[] = []
    for (let i = 0; i < nodes.length; i++) {
      const caller = callers[i]! < 0 ? NOBODY : attributed[callers[i]!]!
      attributed.push(this.#attribute(nodes[i]!.callFrame, caller))
    }
    return (sample) => {
      const place = places.get(sample)
      return place === undefined ? null : attributed[place]!.node
    }
  }

  #attribute(frame: CallFrame, caller: Attributed): Attributed {
    const origin = originOf(frame)
    if (origin === 'idle') return { ...NOBODY, node: null }
    if (origin === 'root') return { ...NOBODY, node: this.#node(null, 'runtime', RUNTIME) }
    if (origin === 'native' || origin === 'collector') return { ...NOBODY, node: this.#node(null, origin, frame) }
    if (isAgentWork(frame, caller.agent)) return { ...caller, node: this.#node(null, 'agent', AGENT), agent: true }
    if (origin === 'builtin') return this.#builtin(frame, caller)
    const own = origin === 'service'
    const { owner } = caller
    // Within a package, what counts is where it was entered; a function that calls itself is at one place.
    const same = own
      ? owner?.code === identityOf(frame)
      : owner?.kind === 'package' && packageOf(owner.frame) === packageOf(frame)
    const node = owner !== null && same ? owner : this.#node(owner, own ? 'service' : 'package', frame)
    return { node, owner: node, near: frame, builtin: null, agent: false }
  }

  #builtin(frame: CallFrame, caller: Attributed): Attributed {
    const { owner, near } = caller
    if (owner === null) return { ...NOBODY, node: this.#node(null, 'runtime', RUNTIME) }
    const node = caller.builtin ?? this.#node(owner, 'builtin', frame, near)
    return { node, owner, near, builtin: node, agent: false }
  }

  #node(
    caller: CodeNode | null,
    kind: CodeNode['kind'],
    frame: CallFrame,
    calledFrom: CallFrame | null = null,
  ): CodeNode {
    const code = calledFrom === null ? identityOf(frame) : `${identityOf(frame)}\n${identityOf(calledFrom)}`
    let children = this.#children.get(caller)
    if (children === undefined) {
      children = new Map()
      this.#children.set(caller, children)
    }
    let node = children.get(code)
    if (node === undefined) {
      node = { place: this.nodes.length, kind, frame, code, caller, calledFrom }
      children.set(code, node)
      this.nodes.push(node)
    }
    return node
  }
}

const NOBODY: Attributed = { node: null, owner: null, near: null, builtin: null, agent: false }

function madeUp(functionName: string): CallFrame {
  return { functionName, scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 }
}

const RUNTIME = madeUp('(runtime)')
const AGENT = madeUp('(infer-diag agent)')
