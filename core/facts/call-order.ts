import type { CpuProfile, CpuProfileNode } from '../model/recording.js'

/** A profile's call tree as a list, callers before what they call. */
export type CallOrder = {
  readonly nodes: readonly CpuProfileNode[]
  /** By place in `nodes`: that of its caller; -1 for what nobody calls. */
  readonly callers: Int32Array
  /** Place of the node that a sample names; undefined where the profile has none of that id. */
  readonly places: ReadonlyMap<number, number>
}

/** Without recursion, which a foreign profile could exhaust; in one with cycles each node still comes once. */
export function callOrder(profile: CpuProfile): CallOrder {
  const byId = new Map(profile.nodes.map((node) => [node.id, node]))
  const callerOf = new Map<number, number>()
  for (const node of byId.values()) for (const child of node.children ?? []) callerOf.set(child, node.id)
  const nodes: CpuProfileNode[] = []
  const places = new Map<number, number>()
  const add = (node: CpuProfileNode) => {
    places.set(node.id, nodes.length)
    nodes.push(node)
  }
  const addCallees = (from: number) => {
    for (let i = from; i < nodes.length; i++) {
      for (const child of nodes[i]!.children ?? []) {
        const node = byId.get(child)
        if (node !== undefined && callerOf.get(child) === nodes[i]!.id && !places.has(child)) add(node)
      }
    }
  }
  for (const node of byId.values()) if (!callerOf.has(node.id)) add(node)
  addCallees(0)
  // What is left calls itself in a circle.
  for (const node of byId.values()) {
    if (places.has(node.id)) continue
    const from = nodes.length
    add(node)
    addCallees(from)
  }
  const callers = Int32Array.from(nodes, ({ id }, at) => {
    const caller = callerOf.get(id)
    const place = caller === undefined ? -1 : (places.get(caller) ?? -1)
    return place < at ? place : -1
  })
  return { nodes, callers, places }
}
