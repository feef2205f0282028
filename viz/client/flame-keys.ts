import type { Box } from './flame-layout.js'

/** The box that an arrow key moves to: up to the caller, down to the widest callee, sideways along the row. */
export function moveFocus<N>(key: string, from: Box<N>, visible: readonly Box<N>[]): Box<N> | null {
  switch (key) {
    case 'ArrowUp':
      return from.parent
    case 'ArrowDown':
      return from.children?.find((child) => visible.includes(child)) ?? from
    case 'ArrowLeft':
      return besides(from, visible, -1)
    case 'ArrowRight':
      return besides(from, visible, 1)
    default:
      return null
  }
}

function besides<N>(from: Box<N>, visible: readonly Box<N>[], step: -1 | 1): Box<N> {
  const row = visible.filter((box) => box.depth === from.depth).sort((a, b) => a.x0 - b.x0)
  return row[row.indexOf(from) + step] ?? from
}
