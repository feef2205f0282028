import type { Chart, FlameDifference, FlameDifferenceNode, FlameGraph, FlameNode } from '../model/charts.js'
import { available, unavailable } from './chart.js'

/** Narrower boxes would be half a pixel of a wide screen, as in the flame graph itself. */
const MIN_SHARE = 0.0003
/**
 * Samples are counts, so a difference of two has a variance of their sum (Poisson). Three standard errors instead of two,
 * because samples that follow each other catch the same call.
 */
const SURE_ERRORS = 3

type Times = { selfMs: number; totalMs: number }

/** One call path in both recordings, ms of sampled CPU time. */
type Merged = {
  readonly name: string
  readonly location: string
  readonly before: Times
  readonly after: Times
  readonly children: Map<string, Merged>
}

/**
 * Where the CPU time changed: both call trees laid over each other. Times are per second of sampling, so that runs with
 * different numbers of profile windows compare; at one rate of requests that is the same as per request.
 */
export function drawFlameDifference(before: Chart<FlameGraph>, after: Chart<FlameGraph>): Chart<FlameDifference> {
  if (!before.available) return unavailable(`before: ${before.reason}`)
  if (!after.available) return unavailable(`after: ${after.reason}`)
  const sides = { before: before.chart, after: after.chart }
  const root = emptyNode(sides.after.root)
  lay(root, sides.before.root, 'before')
  lay(root, sides.after.root, 'after')
  const scale = { before: scaleOf(sides.before), after: scaleOf(sides.after) }
  const least = MIN_SHARE * (root.before.totalMs * scale.before.perSecond + root.after.totalMs * scale.after.perSecond)
  return available({ root: toNode(root, scale, least) })
}

type Scale = { readonly perSecond: number; readonly sampleMs: number }

function scaleOf({ sampledMs, intervalUs }: FlameGraph): Scale {
  return { perSecond: 1000 / sampledMs, sampleMs: Math.max(intervalUs, 1) / 1000 }
}

function emptyNode({ name, location }: FlameNode): Merged {
  return {
    name,
    location,
    before: { selfMs: 0, totalMs: 0 },
    after: { selfMs: 0, totalMs: 0 },
    children: new Map(),
  }
}

function lay(into: Merged, node: FlameNode, side: 'before' | 'after'): void {
  into[side].selfMs += node.selfMs
  into[side].totalMs += node.totalMs
  for (const child of node.children) {
    const key = `${child.name}\n${fileOf(child.location)}`
    const known = into.children.get(key)
    const target = known ?? emptyNode(child)
    if (known === undefined) into.children.set(key, target)
    lay(target, child, side)
  }
}

/** Without the line: an edit further up the file moves a function without changing it. */
function fileOf(location: string): string {
  return location.replace(/:\d+$/, '')
}

function toNode(node: Merged, scale: Record<'before' | 'after', Scale>, least: number): FlameDifferenceNode {
  const rate = (side: 'before' | 'after', figure: keyof Times) => node[side][figure] * scale[side].perSecond
  const [beforeMs, afterMs] = [rate('before', 'totalMs'), rate('after', 'totalMs')]
  const children = [...node.children.values()]
    .map((child) => toNode(child, scale, least))
    .filter((child) => child.totalMs >= least)
    .sort((a, b) => b.totalMs - a.totalMs || (a.name < b.name ? -1 : 1))
  return {
    name: node.name,
    location: node.location,
    totalMs: beforeMs + afterMs,
    beforeMs,
    afterMs,
    selfBeforeMs: rate('before', 'selfMs'),
    selfAfterMs: rate('after', 'selfMs'),
    sure: Math.abs(afterMs - beforeMs) > SURE_ERRORS * standardErrorOf(node, scale),
    children,
  }
}

/** Of the difference of the totals, ms of CPU a second. */
function standardErrorOf(node: Merged, scale: Record<'before' | 'after', Scale>): number {
  const variance = (side: 'before' | 'after') =>
    node[side].totalMs * scale[side].sampleMs * scale[side].perSecond * scale[side].perSecond
  return Math.sqrt(variance('before') + variance('after'))
}
