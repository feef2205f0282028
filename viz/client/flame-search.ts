import type { Box, CallNode } from './flame-layout.js'

export type Matches<N> = {
  readonly boxes: ReadonlySet<Box<N>>
  readonly functions: number
  readonly fraction: number
}

/** Boxes whose function or file contains the text, and their share of the CPU time, counting nested matches once. */
export function search<N extends CallNode<N>>(root: Box<N>, text: string): Matches<N> {
  const wanted = text.trim().toLowerCase()
  const boxes = new Set<Box<N>>()
  const functions = new Set<string>()
  let fraction = 0
  const visit = (box: Box<N>, inside: boolean): void => {
    const { name, location } = box.data
    const hit = name.toLowerCase().includes(wanted) || location.toLowerCase().includes(wanted)
    if (hit) {
      boxes.add(box)
      functions.add(`${name}\n${location}`)
      if (!inside) fraction += box.x1 - box.x0
    }
    for (const child of box.children ?? []) visit(child, inside || hit)
  }
  if (wanted !== '') for (const child of root.children ?? []) visit(child, false)
  return { boxes, functions: functions.size, fraction }
}
