import type { Box } from './flame-layout.js'

export type Matches = { readonly boxes: ReadonlySet<Box>; readonly functions: number; readonly fraction: number }

/** Boxes whose function or file contains the text, and their share of the CPU time, counting nested matches once. */
export function search(root: Box, text: string): Matches {
  const wanted = text.trim().toLowerCase()
  const boxes = new Set<Box>()
  const functions = new Set<string>()
  let fraction = 0
  const visit = (box: Box, inside: boolean): void => {
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
