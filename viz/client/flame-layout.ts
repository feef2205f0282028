import { type HierarchyRectangularNode, hierarchy, partition } from 'd3'

/** What every flame graph is made of: a function at one place of a call tree. */
export type CallNode<N> = {
  readonly name: string
  readonly location: string
  readonly totalMs: number
  readonly children: readonly N[]
}

/** A node with its place: x0..x1 as fractions of the whole graph, depth 0 = everything. */
export type Box<N> = HierarchyRectangularNode<N>

/** Part of the graph's width that is in view. */
export type Span = { readonly from: number; readonly to: number }

export const WHOLE: Span = { from: 0, to: 1 }

/** Boxes of the merged call tree, widest child first. */
export function layOut<N extends CallNode<N>>(root: N): Box<N> {
  const tree = hierarchy(root)
  // The tree comes with totals; d3 would sum the children, which lack what was pruned and the node's own time.
  tree.each((node) => {
    Object.assign(node, { value: node.data.totalMs })
  })
  tree.sort((a, b) => (b.value ?? 0) - (a.value ?? 0))
  return partition<N>()(tree)
}

/** Boxes in view that are at least `minWidth` of the view wide: what the screen can show, however large the tree. */
export function visibleBoxes<N>(root: Box<N>, view: Span, minWidth: number): Box<N>[] {
  const boxes: Box<N>[] = []
  const smallest = (view.to - view.from) * minWidth
  const visit = (box: Box<N>): void => {
    if (box.x1 - box.x0 < smallest || box.x1 <= view.from || box.x0 >= view.to) return
    boxes.push(box)
    box.children?.forEach(visit)
  }
  visit(root)
  return boxes
}
