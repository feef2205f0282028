import { type Selection, select } from 'd3'
import { formatPercent, plural } from '../format.js'
import { moveFocus } from './flame-keys.js'
import { type Box, type CallNode, layOut, type Span, visibleBoxes, WHOLE } from './flame-layout.js'
import { addMinimap } from './flame-minimap.js'
import { type Matches, search } from './flame-search.js'
import { addButton, addSearch } from './tools.js'

const ROW_PX = 20
/** Narrower boxes are not drawn: nobody can see or hit them, and they would cost time. */
const MIN_BOX_PX = 1
const CHARACTER_PX = 6.4
const MIN_LABEL_PX = 24

/** How one kind of flame graph looks, and what it tells of a box. */
export type FlameLook<N> = {
  readonly ariaLabel: string
  boxClass(node: N): string
  textClass(node: N): string
  /** Lines below the name and the place of the function. */
  describe(node: N, isRoot: boolean): readonly string[]
}

/** CPU time by call path, into the element `#flame-graph`: search, zoom by click, key or overview. */
export function drawFlameGraph<N extends CallNode<N>>(tree: N, look: FlameLook<N>): void {
  const host = document.getElementById('flame-graph')
  if (host === null || !(tree.totalMs > 0)) return
  const root = layOut(tree)
  const tools = select(host).append('div').attr('class', 'tools').node() as HTMLElement
  const input = addSearch(tools, 'Search functions or files')
  const reset = addButton(tools, 'Reset', () => zoomTo(root))
  const result = select(tools).append('output').attr('class', 'result').attr('aria-live', 'polite')
  const minimap = addMinimap(host, root, look.boxClass, (view) => zoom(view))
  const viewport = select(host).append('div').attr('class', 'flame-view')
  const svg = viewport
    .append('svg')
    .attr('width', '100%')
    .attr('role', 'tree')
    .attr('aria-label', `${look.ariaLabel}. Arrow keys move, Enter zooms, Escape resets.`)
  const detail = select(host).append('p').attr('class', 'flame-detail').attr('aria-live', 'polite')

  let view: Span = WHOLE
  let current: Box<N> = root
  let matches: Matches<N> = search(root, '')

  function zoom(next: Span): void {
    view = next
    minimap.show(view)
    draw()
  }

  function zoomTo(box: Box<N>): void {
    current = box
    zoom({ from: box.x0, to: box.x1 })
    describe(box)
  }

  function draw(): void {
    const widthPx = Math.max(1, host?.clientWidth ?? 1)
    const boxes = visibleBoxes(root, view, MIN_BOX_PX / widthPx)
    const depth = boxes.reduce((deepest, box) => Math.max(deepest, box.depth), 0)
    svg.attr('height', (depth + 1) * ROW_PX)
    viewport.classed('searching', matches.functions > 0)
    reset.disabled = view.from <= 0 && view.to >= 1
    const frames = svg
      .selectAll<SVGSVGElement, Box<N>>('svg')
      .data(boxes, keyOf)
      .join((enter) => enter.append('svg').call(addFrame))
    const width = view.to - view.from
    const left = (box: Box<N>) => Math.max(0, (box.x0 - view.from) / width)
    const right = (box: Box<N>) => Math.min(1, (box.x1 - view.from) / width)
    frames
      .attr('x', (box) => `${left(box) * 100}%`)
      .attr('width', (box) => `${(right(box) - left(box)) * 100}%`)
      .attr('tabindex', (box) => (box === current ? 0 : -1))
      .classed('ancestor', (box) => box.x0 < view.from || box.x1 > view.to)
      .classed('match', (box) => matches.boxes.has(box))
    frames.select('text').text((box) => label(box, (right(box) - left(box)) * widthPx))
  }

  function addFrame(enter: Selection<SVGSVGElement, Box<N>, SVGSVGElement, unknown>): void {
    enter
      .attr('class', 'flame-frame')
      .attr('role', 'treeitem')
      .attr('aria-level', (box) => box.depth + 1)
      .attr('aria-label', (box) => tipText(box).replaceAll('\n', ', '))
      .attr('data-tip', tipText)
      .attr('y', (box) => box.depth * ROW_PX)
      .attr('height', ROW_PX - 1)
      .on('click', (_, box) => zoomTo(box))
      .on('focus', (_, box) => {
        current = box
        describe(box)
      })
      .on('pointerenter', (_, box) => describe(box))
    enter
      .append('rect')
      .attr('class', (box) => look.boxClass(box.data))
      .attr('width', '100%')
      .attr('height', '100%')
    enter
      .append('text')
      .attr('class', (box) => look.textClass(box.data))
      .attr('x', 5)
      .attr('y', 14)
  }

  function tipText(box: Box<N>): string {
    const { name, location } = box.data
    const lines = [name, location, ...look.describe(box.data, box === root)]
    return lines.filter((line) => line !== '').join('\n')
  }

  function describe(box: Box<N>): void {
    const [name, ...rest] = tipText(box).split('\n')
    detail.html('')
    detail.append('b').text(name)
    detail.append('span').text(` ${rest.join(' · ')}`)
  }

  input.addEventListener('input', () => {
    matches = search(root, input.value)
    result.text(
      input.value.trim() === ''
        ? ''
        : `${plural(matches.functions, 'function')} found, ${formatPercent(matches.fraction)} of CPU time`,
    )
    draw()
  })
  svg.on('keydown', (event: KeyboardEvent) => {
    const next = moveFocus(event.key, current, visibleBoxes(root, view, MIN_BOX_PX / Math.max(1, host.clientWidth)))
    if (next !== null) current = next
    else if (event.key === 'Enter' || event.key === ' ') zoomTo(current)
    else if (event.key === 'Escape') zoomTo(root)
    else return
    event.preventDefault()
    draw()
    svg
      .selectAll<SVGSVGElement, Box<N>>('svg')
      .filter((box) => box === current)
      .node()
      ?.focus()
  })
  new ResizeObserver(draw).observe(host)
  draw()
  describe(root)
}

/** d3 joins by key: the path of child positions is unique and stays the same while zooming. */
function keyOf<N extends CallNode<N>>(box: Box<N>): string {
  return `${box.depth}:${box.x0}:${box.data.name}`
}

function label<N extends CallNode<N>>(box: Box<N>, widthPx: number): string {
  if (widthPx < MIN_LABEL_PX) return ''
  const room = Math.floor((widthPx - 8) / CHARACTER_PX)
  const { name } = box.data
  if (name.length <= room) return name
  return room < 3 ? '' : `${name.slice(0, room - 1)}…`
}
