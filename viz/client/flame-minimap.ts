import { brushX, type D3BrushEvent, select } from 'd3'
import { type Box, type Span, visibleBoxes, WHOLE } from './flame-layout.js'

const ROW_PX = 3
const MAX_ROWS = 24

export type Minimap = { show(view: Span): void }

/** The whole graph in small, with a brush over the part in view. */
export function addMinimap<N>(
  parent: HTMLElement,
  root: Box<N>,
  boxClass: (node: N) => string,
  onSelect: (view: Span) => void,
): Minimap {
  const height = Math.min(MAX_ROWS, root.height + 1) * ROW_PX
  const width = () => Math.max(1, parent.clientWidth)
  const svg = select(parent)
    .append('svg')
    .attr('class', 'flame-minimap')
    .attr('width', '100%')
    .attr('height', height)
    .attr('aria-hidden', 'true')
  svg
    .selectAll('rect')
    .data(visibleBoxes(root, WHOLE, 1 / width()).filter((box) => box.depth < MAX_ROWS))
    .join('rect')
    .attr('class', (box) => boxClass(box.data))
    .attr('x', (box) => `${box.x0 * 100}%`)
    .attr('width', (box) => `${(box.x1 - box.x0) * 100}%`)
    .attr('y', (box) => box.depth * ROW_PX)
    .attr('height', ROW_PX)
  let view = WHOLE
  const layer = svg.append('g')
  const brush = brushX<unknown>().on('end', (event: D3BrushEvent<unknown>) => {
    if (!event.sourceEvent) return
    const range = event.selection as [number, number] | null
    onSelect(range === null ? WHOLE : { from: range[0] / width(), to: range[1] / width() })
  })
  const place = () => {
    brush.extent([
      [0, 0],
      [width(), height],
    ])
    layer.call(brush)
    const all = view.from <= 0 && view.to >= 1
    layer.call(brush.move, all ? null : [view.from * width(), view.to * width()])
  }
  new ResizeObserver(place).observe(parent)
  return {
    show(next) {
      view = next
      place()
    },
  }
}
